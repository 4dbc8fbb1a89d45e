using Detector.Checkpoints;

namespace Detector.Host.Run.Checkpointing;

/// <summary>
/// A new head for each change. Its tail has the journal's end while that is small, at the cost of one object rather than two; then it
/// becomes a part of its own. For places where nothing can be added to what is there.
/// </summary>
internal sealed class HeadJournal(ICheckpointLease lease) : IJournal
{
    private const int TailBytesMax = 64 * 1024;

    public async Task<(CheckpointHead Head, long Completed)> WriteAsync(CheckpointHead head, HeadChange change, BaseRenewal.Renewed? renewed, CancellationToken cancellation)
    {
        var next = change.ApplyTo(head);
        if (change.Piece is not null) next = next with { Tail = [.. head.Tail, change.Piece] };
        if (renewed is not null) next = BaseRenewal.Apply(next, renewed, lease.Epoch);
        if (renewed?.Carried is { } carried) await PartWriter.WriteAsync(lease, renewed.CarriedName(lease.Epoch), carried, cancellation);
        long completed = 0;
        if (next.Tail.Sum(piece => (long)piece.Length) > TailBytesMax) (next, completed) = await PartWriter.CompleteTailAsync(lease, next, cancellation);
        await lease.WriteHeadAsync(next.ToJson(), cancellation);
        return (next, completed);
    }
}
