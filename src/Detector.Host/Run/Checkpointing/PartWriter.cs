using Detector.Checkpoints;

namespace Detector.Host.Run.Checkpointing;

/// <summary>Writes parts of the journal whole.</summary>
internal static class PartWriter
{
    public static Task WriteAsync(ICheckpointLease lease, string name, byte[] bytes, CancellationToken cancellation) =>
        lease.WritePartAsync(name, (stream, stop) => stream.WriteAsync(bytes, stop).AsTask(), cancellation);

    /// <summary>Makes a part of the head's tail.</summary>
    /// <returns>The head without it, and the size of the part.</returns>
    public static async Task<(CheckpointHead Head, long Bytes)> CompleteTailAsync(ICheckpointLease lease, CheckpointHead head, CancellationToken cancellation)
    {
        var (number, part) = (head.NextPart, JournalPart.Join(head.Tail));
        await WriteAsync(lease, PartRange.JournalName(lease.Epoch, number), part, cancellation);
        return (head with { Tail = [], Journal = PartRange.Append(head.Journal, new PartRange(lease.Epoch, number, number)), NextPart = number + 1 }, part.Length);
    }
}
