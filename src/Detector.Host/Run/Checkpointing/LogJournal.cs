using Detector.Checkpoints;

namespace Detector.Host.Run.Checkpointing;

/// <summary>
/// A record for each change at the end of a log, which costs one write to a file that is open. A log that is full becomes a part of
/// the journal as it is; a new head names the next.
/// </summary>
internal sealed class LogJournal(ICheckpointLease lease, ICheckpointLog log, long renewFromBytes) : IJournal
{
    private const long LogBytesMin = 64 * 1024;
    private const long LogBytesMax = 4 * 1024 * 1024;

    // Only logs that are full are folded into a snapshot, so that some must fit into what may wait for that.
    private readonly long _bytesMax = Math.Clamp(renewFromBytes / 4, LogBytesMin, LogBytesMax);

    private PartRange? _open;
    private CheckpointHead? _written;
    private long _bytes;

    public async Task<(CheckpointHead Head, long Completed)> WriteAsync(CheckpointHead head, HeadChange change, BaseRenewal.Renewed? renewed, CancellationToken cancellation)
    {
        // What was begun for this change and failed after its head was written goes on from there.
        if (_written is { } written && written.Changes == head.Changes) head = written;
        long completed = 0;
        var record = change.ToBytes();
        if (_open is null || _bytes + record.Length > _bytesMax || renewed is not null)
        {
            completed = _bytes;
            head = await TurnAsync(head, renewed, cancellation);
        }

        try
        {
            await log.AppendAsync(record, cancellation);
        }
        catch
        {
            // Of a log that failed nobody knows the end: another is begun.
            _open = null;
            throw;
        }

        _bytes += record.Length;
        return (change.ApplyTo(head), completed);
    }

    private async Task<CheckpointHead> TurnAsync(CheckpointHead head, BaseRenewal.Renewed? renewed, CancellationToken cancellation)
    {
        var next = head;

        // A head from where there was no log.
        if (next.Tail.Count > 0) (next, _) = await PartWriter.CompleteTailAsync(lease, next, cancellation);
        if (next.Log is { } full) next = next with { Journal = PartRange.Append(next.Journal, full), Log = null };
        if (renewed is not null && next.Base != renewed.Base)
        {
            next = BaseRenewal.Apply(next, renewed, lease.Epoch);
            if (renewed.Carried is { } carried) await PartWriter.WriteAsync(lease, renewed.CarriedName(lease.Epoch), carried, cancellation);
        }

        var number = next.NextPart;
        next = next with { Log = new PartRange(lease.Epoch, number, number, IsLog: true), NextPart = number + 1 };
        _open = null;
        await log.CreateAsync(PartRange.LogName(lease.Epoch, number), cancellation);
        await lease.WriteHeadAsync(next.ToJson(), cancellation);
        (_open, _written, _bytes) = (next.Log, next, 0);
        return next;
    }
}
