using System.Buffers.Binary;
using Detector.Rules;

namespace Detector.Host.Run.Checkpointing.Folding;

/// <summary>
/// What a worker and the process that folds for it say to each other, over standard input and output of that. Both are the same
/// program, so there is one version. Where it breaks off, that is an error on the other side.
/// </summary>
internal static class FoldWire
{
    private const int ChunkMax = 1 << 20;

    private static ReadOnlySpan<byte> Ask => "DETFOLD1"u8;

    private static ReadOnlySpan<byte> Answered => "DETFOLDX"u8;

    /// <summary>Writes the rules, null for those that are built in, and what is to be folded.</summary>
    public static async Task WriteAsync(Stream to, IReadOnlyList<RuleFile>? rules, FoldInput input, CancellationToken cancellation)
    {
        using var head = new MemoryStream();
        await using (var output = new BinaryWriter(head, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            output.Write(Ask);
            output.Write(rules?.Count ?? -1);
            foreach (var file in rules ?? [])
            {
                output.Write(file.Name);
                output.Write(file.Bytes.Length);
                output.Write(file.Bytes.Span);
            }

            output.Write(input.Accepted);
            Write(output, input.Quiet);
            output.Write(input.Snapshot is not null);
        }

        await to.WriteAsync(head.GetBuffer().AsMemory(0, (int)head.Length), cancellation);
        if (input.Snapshot is { } snapshot)
        {
            var buffer = new byte[ChunkMax];
            while (await snapshot.ReadAsync(buffer, cancellation) is > 0 and var read) await ChunkAsync(to, buffer.AsMemory(0, read), cancellation);
            await EndAsync(to, cancellation);
        }

        await foreach (var piece in input.Pieces.WithCancellation(cancellation)) await ChunkAsync(to, piece, cancellation);
        await EndAsync(to, cancellation);
        await to.FlushAsync(cancellation);
    }

    /// <summary>Reads what <see cref="WriteAsync"/> wrote. The snapshot has to be read before the pieces; both are read as they are asked for.</summary>
    /// <exception cref="IOException">It breaks off, or is something else.</exception>
    public static (IReadOnlyList<RuleFile>? Rules, FoldInput Input) Read(Stream from)
    {
        using var input = new BinaryReader(from, System.Text.Encoding.UTF8, leaveOpen: true);
        if (!input.ReadBytes(Ask.Length).AsSpan().SequenceEqual(Ask)) throw new IOException("Nothing to fold came in.");
        var count = input.ReadInt32();
        RuleFile[]? rules = count < 0 ? null : new RuleFile[count];
        for (var i = 0; i < count; i++) rules![i] = new RuleFile(input.ReadString(), input.ReadBytes(input.ReadInt32()));
        var accepted = input.ReadInt64();
        var quiet = ReadQuiet(input);
        var snapshot = input.ReadBoolean() ? new ChunkedStream(from) : null;
        return (rules, new FoldInput(snapshot, PiecesAsync(from, snapshot), accepted, quiet));
    }

    /// <summary>Takes the new snapshot in chunks.</summary>
    public static async Task<FoldOutcome> ReadAnswerAsync(Stream from, Stream snapshot, CancellationToken cancellation)
    {
        var chunked = new ChunkedStream(from);
        await chunked.CopyToAsync(snapshot, ChunkMax, cancellation);
        var carried = await ChunkAsync(from, cancellation);
        var rest = await ChunkAsync(from, cancellation) ?? [];
        using var input = new BinaryReader(new MemoryStream(rest));
        var quiet = ReadQuiet(input);
        if (!input.ReadBytes(Answered.Length).AsSpan().SequenceEqual(Answered)) throw new EndOfStreamException();
        return new FoldOutcome(carried, quiet);
    }

    /// <summary>Takes a snapshot, to be sent in chunks.</summary>
    public static Stream Snapshot(Stream to) => new BufferedStream(new ChunkedStream(to), ChunkMax);

    /// <summary>Writes what comes after the snapshot.</summary>
    public static async Task WriteAnswerAsync(Stream to, FoldOutcome outcome, CancellationToken cancellation)
    {
        using var rest = new MemoryStream();
        await using (var output = new BinaryWriter(rest, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            Write(output, outcome.Quiet);
            output.Write(Answered);
        }

        await EndAsync(to, cancellation);
        if (outcome.Carried is { } carried) await ChunkAsync(to, carried, cancellation);
        else await EndAsync(to, cancellation);
        await ChunkAsync(to, rest.GetBuffer().AsMemory(0, (int)rest.Length), cancellation);
        await to.FlushAsync(cancellation);
    }

    private static async IAsyncEnumerable<byte[]> PiecesAsync(Stream from, ChunkedStream? before)
    {
        // A reader of snapshots need not read to the very end.
        if (before is not null) await before.CopyToAsync(Stream.Null);
        while (await ChunkAsync(from, CancellationToken.None) is { } piece) yield return piece;
    }

    private static async Task ChunkAsync(Stream to, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await to.WriteAsync(Length(bytes.Length), cancellation);
        await to.WriteAsync(bytes, cancellation);
    }

    private static Task EndAsync(Stream to, CancellationToken cancellation) => to.WriteAsync(Length(0), cancellation).AsTask();

    // Null for the end.
    private static async Task<byte[]?> ChunkAsync(Stream from, CancellationToken cancellation)
    {
        var length = new byte[sizeof(int)];
        await from.ReadExactlyAsync(length, cancellation);
        var bytes = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
        await from.ReadExactlyAsync(bytes, cancellation);
        return bytes.Length == 0 ? null : bytes;
    }

    private static byte[] Length(int length)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        return bytes;
    }

    private static void Write(BinaryWriter output, IReadOnlyDictionary<Guid, int> quiet)
    {
        output.Write(quiet.Count);
        foreach (var (id, revision) in quiet)
        {
            output.Write(id.ToByteArray());
            output.Write(revision);
        }
    }

    private static Dictionary<Guid, int> ReadQuiet(BinaryReader input)
    {
        var quiet = new Dictionary<Guid, int>();
        for (var left = input.ReadInt32(); left > 0; left--) quiet[new Guid(input.ReadBytes(16))] = input.ReadInt32();
        return quiet;
    }
}
