using Detector.Checkpoints;
using Detector.Engine.Alerts;
using Detector.Engine.Pipeline;
using Detector.Sinks.Delivery;

namespace Detector.Host.Run.Checkpointing;

/// <summary>What a checkpoint gives back: the pipeline as it was, and the alerts that some sink may not have.</summary>
internal sealed record RestoredState(DetectionPipeline Pipeline, CheckpointHead Head, IReadOnlyList<OutgoingAlert> Unsent)
{
    /// <summary>Alerts that follow from the journal under the rules of now, and had not arisen under those of then.</summary>
    public required IReadOnlyList<Alert> Arisen { get; init; }

    /// <summary>The number of the last change of the journal that was read.</summary>
    public required long Changes { get; init; }

    /// <summary>Of the quiet alerts of the head those that are not closed yet.</summary>
    public required IReadOnlyDictionary<Guid, int> Quiet { get; init; }

    /// <summary>Reads the head, the snapshot and the journal; with nothing there, a pipeline that has seen nothing.</summary>
    /// <exception cref="InvalidDataException">Something is damaged or of another version.</exception>
    public static async Task<RestoredState> ReadAsync(ICheckpointLease lease, DetectionPlan plan, CancellationToken cancellation)
    {
        var bytes = await lease.ReadHeadAsync(cancellation);
        var head = bytes is { } written ? CheckpointHead.Parse(written) : new CheckpointHead();
        return await ReadAsync(lease, plan, head, withEnd: true, cancellation);
    }

    /// <summary>The same, up to the last part of the journal, without what the head has after it.</summary>
    public static Task<RestoredState> ReadPartsAsync(ICheckpointLease lease, DetectionPlan plan, CheckpointHead head, CancellationToken cancellation) => ReadAsync(lease, plan, head, withEnd: false, cancellation);

    private static async Task<RestoredState> ReadAsync(ICheckpointLease lease, DetectionPlan plan, CheckpointHead head, bool withEnd, CancellationToken cancellation)
    {
        var pipeline = await BaseAsync(lease, plan, head, cancellation);
        var said = new Dictionary<(Guid Id, int Revision, bool IsFinal), Alert>();
        using var _ = pipeline.Alerts.Subscribe(revision => said[(revision.Alert.Id, revision.Alert.Revision, revision.Alert.Final)] = revision.Alert);
        var known = new HashSet<(Guid Id, int Revision, bool IsFinal)>();
        var unsent = new List<OutgoingAlert>();
        var journal = new JournalReader(lease, head);
        await foreach (var piece in journal.ReadAsync(withEnd, cancellation))
        {
            var (alerts, entries) = JournalPart.Read(plan, piece);
            known.UnionWith(alerts.Select(alert => alert.Key));
            unsent.AddRange(alerts.Where(alert => alert.Number > Accepted(head)));
            foreach (var entry in entries) entry.ApplyTo(pipeline);
        }

        // Known once the log was read to its end.
        head = journal.Head;
        unsent.RemoveAll(alert => alert.Number <= Accepted(head));
        return new RestoredState(pipeline, head, unsent)
        {
            Changes = journal.Changes,
            Arisen = [.. said.Where(pair => !known.Contains(pair.Key) && !head.IsQuiet(pair.Value)).Select(pair => pair.Value)],
            Quiet = head.Quiet.Count == 0 ? head.Quiet : head.Quiet.Where(pair => !said.Keys.Any(key => key.IsFinal && key.Id == pair.Key)).ToDictionary(),
        };
    }

    private static long Accepted(CheckpointHead head) => head.Accepted.Count == 0 ? 0 : head.Accepted.Values.Min();

    private static async Task<DetectionPipeline> BaseAsync(ICheckpointLease lease, DetectionPlan plan, CheckpointHead head, CancellationToken cancellation)
    {
        if (head.Base is null) return new DetectionPipeline(plan, new PipelineOptions());
        await using var snapshot = await lease.ReadPartAsync(head.Base, cancellation);
        return DetectionPipeline.Restore(plan, new PipelineOptions(), snapshot);
    }
}
