using Detector.Checkpoints;

namespace Detector.Host.Run.Checkpointing;

/// <summary>Reads the journal of a checkpoint: its parts, its logs, and what the head has after them, each change once.</summary>
internal sealed class JournalReader
{
    private readonly ICheckpointLease _lease;
    private readonly CheckpointHead _written;

    /// <summary>A reader.</summary>
    /// <param name="lease">Where it lies.</param>
    /// <param name="head">The head as it was written.</param>
    public JournalReader(ICheckpointLease lease, CheckpointHead head)
    {
        _lease = lease;
        _written = Head = head;
        Changes = head.BaseChanges;
    }

    /// <summary>The head as it was changed last; complete after <see cref="ReadAsync"/> with the end.</summary>
    public CheckpointHead Head { get; private set; }

    /// <summary>The number of the last change whose piece was read.</summary>
    public long Changes { get; private set; }

    /// <summary>The pieces, in order.</summary>
    /// <param name="withEnd">Whether what comes after the last part that is complete is read too.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InvalidDataException">Something is damaged or of another version.</exception>
    public async IAsyncEnumerable<byte[]> ReadAsync(bool withEnd, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var range in _written.Journal)
        {
            foreach (var name in range.Names)
            {
                var pieces = range.IsLog ? (await LogAsync(name, cancellation)).Select(change => change.Piece!) : JournalPart.Split(await BytesAsync(name, cancellation));
                foreach (var piece in pieces) yield return piece;
            }
        }

        if (!withEnd) yield break;
        foreach (var piece in _written.Tail) yield return piece;
        foreach (var name in _written.Log?.Names ?? [])
        {
            foreach (var change in await LogAsync(name, cancellation)) yield return change.Piece!;
        }
    }

    private async Task<List<HeadChange>> LogAsync(string name, CancellationToken cancellation)
    {
        var log = _lease.Log ?? throw new InvalidDataException("The checkpoint has a log, and this place for checkpoints takes none: it was copied from a folder. Use a folder.");
        var pieces = new List<HeadChange>();
        foreach (var record in await log.ReadAsync(name, cancellation))
        {
            var change = HeadChange.Parse(record);
            if (change.Number > Head.Changes) Head = change.ApplyTo(Head);
            if (change.Number <= Changes) continue;
            Changes = change.Number;
            if (change.Piece is not null) pieces.Add(change);
        }

        return pieces;
    }

    private async Task<byte[]> BytesAsync(string name, CancellationToken cancellation)
    {
        await using var part = await _lease.ReadPartAsync(name, cancellation);
        using var bytes = new MemoryStream();
        await part.CopyToAsync(bytes, cancellation);
        return bytes.ToArray();
    }
}
