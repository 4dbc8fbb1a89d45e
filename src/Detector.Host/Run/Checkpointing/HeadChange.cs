using System.Collections.Immutable;
using System.Text;
using Detector.Sources.Live;

namespace Detector.Host.Run.Checkpointing;

/// <summary>
/// What a record of the checkpoint's log says: how the head has changed since the one before, and the piece of the journal that
/// goes with it.
/// </summary>
/// <param name="Number">Counts the changes of a checkpoint. One that was written twice counts once.</param>
/// <param name="Positions">Places that have moved.</param>
/// <param name="Streams">Streams that are new, in the order of their numbers.</param>
/// <param name="Alerts">The number of the last alert that arose.</param>
/// <param name="Accepted">The number of the last alert that each sink has accepted.</param>
/// <param name="Piece">What the pipeline was told; null when that is nothing.</param>
internal sealed record HeadChange(long Number, IReadOnlyCollection<KeyValuePair<string, SourcePosition>> Positions, IReadOnlyCollection<string> Streams, long Alerts, IReadOnlyDictionary<string, long> Accepted, byte[]? Piece)
{
    private const byte Version = 2;

    /// <summary>Had no outbox.</summary>
    private const byte VersionWithoutOutbox = 1;

    /// <summary>Of a place without a mark.</summary>
    private const string NoMark = "";

    /// <summary>A part that was added to the outbox; null for none.</summary>
    public OutboxPart? Outbox { get; init; }

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream(64 + (Piece?.Length ?? 0) + 64 * Positions.Count);
        using var output = new BinaryWriter(bytes, Encoding.UTF8);
        output.Write(Version);
        output.Write(Number);
        output.Write(Alerts);
        output.Write(Positions.Count);
        foreach (var (name, position) in Positions)
        {
            output.Write(name);
            output.Write(position.Next);
            output.Write(position.Mark ?? NoMark);
        }

        output.Write(Streams.Count);
        foreach (var stream in Streams) output.Write(stream);
        output.Write(Accepted.Count);
        foreach (var (sink, number) in Accepted)
        {
            output.Write(sink);
            output.Write(number);
        }

        output.Write(Outbox is not null);
        if (Outbox is { } part)
        {
            output.Write(part.Epoch);
            output.Write(part.First);
            output.Write(part.Last);
        }

        if (Piece is not null) output.Write(Piece);
        output.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="InvalidDataException">It is no such record, or one of another version.</exception>
    public static HeadChange Parse(ReadOnlyMemory<byte> record)
    {
        try
        {
            using var bytes = new MemoryStream(record.ToArray());
            using var input = new BinaryReader(bytes, Encoding.UTF8);
            var version = input.ReadByte();
            if (version is not (Version or VersionWithoutOutbox)) throw new InvalidDataException($"A record of the checkpoint's log has version {version}; this program reads {Version}. Use the version of detector that wrote it.");
            var number = input.ReadInt64();
            var alerts = input.ReadInt64();
            var positions = new KeyValuePair<string, SourcePosition>[input.ReadInt32()];
            for (var i = 0; i < positions.Length; i++) positions[i] = new(input.ReadString(), new SourcePosition(input.ReadInt64(), input.ReadString() is { Length: > 0 } mark ? mark : null));
            var streams = new string[input.ReadInt32()];
            for (var i = 0; i < streams.Length; i++) streams[i] = input.ReadString();
            var accepted = new Dictionary<string, long>(StringComparer.Ordinal);
            for (var i = input.ReadInt32(); i > 0; i--) accepted[input.ReadString()] = input.ReadInt64();
            var outbox = version != VersionWithoutOutbox && input.ReadBoolean() ? new OutboxPart(input.ReadInt64(), input.ReadInt64(), input.ReadInt64()) : null;
            var piece = input.ReadBytes((int)(bytes.Length - bytes.Position));
            return new HeadChange(number, positions, streams, alerts, accepted, piece.Length > 0 ? piece : null) { Outbox = outbox };
        }
        catch (Exception cause) when (cause is EndOfStreamException or OverflowException or FormatException or OutOfMemoryException)
        {
            throw new InvalidDataException($"A record of the checkpoint's log is damaged: {cause.Message}", cause);
        }
    }

    /// <summary>The head after this change, but for the piece.</summary>
    public CheckpointHead ApplyTo(CheckpointHead head)
    {
        // Of ten thousand files few move at once: what did not is shared.
        var positions = head.Positions as ImmutableDictionary<string, SourcePosition> ?? head.Positions.ToImmutableDictionary(StringComparer.Ordinal);
        var acceptedByAll = Accepted.Count == 0 ? 0 : Accepted.Values.Min();
        IReadOnlyList<OutboxPart> outbox = Outbox is null && head.Outbox.Count == 0 ? head.Outbox : [.. head.Outbox.Concat(Outbox is null ? [] : [Outbox]).Where(part => part.Last > acceptedByAll)];
        return head with
        {
            Outbox = outbox,
            Positions = positions.SetItems(Positions),
            Streams = Streams.Count == 0 ? head.Streams : [.. head.Streams, .. Streams],
            Alerts = Alerts,
            Accepted = Accepted,
            Changes = Number,
        };
    }
}
