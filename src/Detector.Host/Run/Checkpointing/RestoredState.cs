using Detector.Checkpoints;
using Detector.Engine.Alerts;
using Detector.Engine.Pipeline;
using Detector.Sinks.Delivery;

namespace Detector.Host.Run.Checkpointing;

/// <summary>What a checkpoint gives back: the pipeline as it was, and the alerts of its journal that some sink may not have.</summary>
internal sealed record RestoredState(DetectionPipeline Pipeline, CheckpointHead Head, IReadOnlyList<OutgoingAlert> Unsent)
{
    /// <summary>Alerts that follow from the journal under the rules of now, and had not arisen under those of then.</summary>
    public required IReadOnlyList<AlertRevision> Arisen { get; init; }

    /// <summary>Of the quiet alerts of the head those that are not closed yet.</summary>
    public required IReadOnlyDictionary<Guid, int> Quiet { get; init; }

    /// <summary>Reads the head, the snapshot and the journal; with nothing there, a pipeline that has seen nothing.</summary>
    /// <exception cref="InvalidDataException">Something is damaged or of another version.</exception>
    public static async Task<RestoredState> ReadAsync(ICheckpointLease lease, DetectionPlan plan, CancellationToken cancellation)
    {
        var bytes = await lease.ReadHeadAsync(cancellation);
        var head = bytes is { } written ? CheckpointHead.Parse(written) : new CheckpointHead();
        await using var snapshot = head.Base is { } part ? await lease.ReadPartAsync(part, cancellation) : null;
        using var restoration = Restoration.Begin(plan, snapshot);
        var journal = new JournalReader(lease, head);
        await foreach (var piece in journal.ReadAsync(withEnd: true, cancellation)) restoration.Take(piece, head.Settled);

        // Known once the log was read to its end.
        head = journal.Head;
        return new RestoredState(restoration.Pipeline, head, restoration.Unsent(head.Settled))
        {
            Arisen = restoration.Arisen(head),
            Quiet = restoration.Open(head.Quiet),
        };
    }
}
