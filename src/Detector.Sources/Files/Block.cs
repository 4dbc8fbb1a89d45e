using System.Runtime.InteropServices;
using Detector.Engine.Logs;

namespace Detector.Sources.Files;

/// <summary>Where one record stands within its block; for rows, of which table.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BlockRange(int Start, int Length, int Table = 0);

/// <summary>
/// A piece of input on its way through one worker: filled by a <see cref="BlockSource"/>, then decoded. A worker has
/// one and uses it for every block, so that nothing is allocated per block.
/// </summary>
internal sealed class Block(int capacity)
{
    /// <summary>The bytes; grows for a record that is longer than a block.</summary>
    public byte[] Buffer { get; private set; } = GC.AllocateUninitializedArray<byte>(capacity);

    /// <summary>Where the bytes of this block begin in <see cref="Buffer"/>.</summary>
    public int Start { get; set; }

    /// <summary>How many there are.</summary>
    public int Length { get; set; }

    /// <summary>Where they stand in the (decompressed) input.</summary>
    public long Offset { get; set; }

    /// <summary>Bytes of the file on disk that this block stands for.</summary>
    public long DiskBytes { get; set; }

    /// <summary>The records, where the cutter found them one by one.</summary>
    public List<BlockRange> Ranges { get; } = [];

    /// <summary>What the cutter could not make records of.</summary>
    public List<RejectedRecord> Rejects { get; } = [];

    /// <summary>The bytes of this block.</summary>
    public ReadOnlySpan<byte> Bytes => Buffer.AsSpan(Start, Length);

    /// <summary>Forgets the last block; the buffer stays.</summary>
    public void Clear()
    {
        Start = 0;
        Length = 0;
        Offset = 0;
        DiskBytes = 0;
        Ranges.Clear();
        Rejects.Clear();
    }

    /// <summary>Room for at least so many bytes; those that are there stay.</summary>
    public void Grow(int capacity)
    {
        if (capacity <= Buffer.Length) return;
        var larger = GC.AllocateUninitializedArray<byte>(capacity);
        Buffer.CopyTo(larger, 0);
        Buffer = larger;
    }

    /// <summary>Rejects bytes of this block's input; of a long one only the head is kept.</summary>
    public void Reject(string source, long offset, string reason, ReadOnlySpan<byte> bytes) =>
        Rejects.Add(new RejectedRecord(new RecordPlace(source, offset), reason, Head(bytes)));

    /// <summary>The part of a rejected record that is kept.</summary>
    public static byte[] Head(ReadOnlySpan<byte> bytes) => bytes[..Math.Min(bytes.Length, RejectedRecord.BytesKeptMax)].ToArray();
}
