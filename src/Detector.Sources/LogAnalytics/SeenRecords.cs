using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Detector.Engine.Logs;

namespace Detector.Sources.LogAnalytics;

/// <summary>What was handed out of the last days, so that reading them once more gives only what came since. 16 bytes a record.</summary>
internal sealed class SeenRecords(DateTime from)
{
    private readonly HashSet<UInt128> _seen = [];

    /// <summary>Times before this one are not read again.</summary>
    public DateTime From { get; } = from;

    /// <summary>Remembers what a batch hands out.</summary>
    public void Add(EventBatch batch)
    {
        foreach (var (logged, _) in batch.Events)
        {
            if (logged.Time >= From) _seen.Add(KeyOf(logged));
        }

        foreach (var reject in batch.Rejects) _seen.Add(KeyOf(reject.Bytes.Span));
    }

    /// <summary>Leaves in a batch only what was not handed out before.</summary>
    public void RemoveFrom(EventBatch batch)
    {
        batch.Events.RemoveAll(matched => !_seen.Add(KeyOf(matched.Event)));
        batch.Rejects.RemoveAll(reject => !_seen.Add(KeyOf(reject.Bytes.Span)));
        batch.Recount();
    }

    private static UInt128 KeyOf(LogEvent logged) => KeyOf(Encoding.UTF8.GetBytes(logged.Id));

    private static UInt128 KeyOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
