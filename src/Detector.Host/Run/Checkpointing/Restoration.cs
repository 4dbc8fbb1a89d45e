using Detector.Engine.Alerts;
using Detector.Engine.Pipeline;
using Detector.Sinks.Delivery;

namespace Detector.Host.Run.Checkpointing;

/// <summary>Makes a pipeline what it was, from a snapshot and the pieces of a journal, and keeps what they tell of alerts. Disposing of it leaves the pipeline.</summary>
internal sealed class Restoration : IDisposable
{
    private readonly DetectionPlan _plan;
    private readonly IDisposable _alerts;
    private readonly Dictionary<(Guid Id, int Revision, bool IsFinal), AlertRevision> _said = [];
    private readonly HashSet<(Guid Id, int Revision, bool IsFinal)> _known = [];
    private readonly List<OutgoingAlert> _unsent = [];

    private Restoration(DetectionPlan plan, DetectionPipeline pipeline)
    {
        _plan = plan;
        Pipeline = pipeline;
        _alerts = pipeline.Alerts.Subscribe(revision => _said[(revision.Alert.Id, revision.Alert.Revision, revision.Alert.Final)] = revision);
    }

    /// <summary>The pipeline, which belongs to whoever asked for this.</summary>
    public DetectionPipeline Pipeline { get; }

    /// <summary>Begins with a snapshot; with null, a pipeline that has seen nothing.</summary>
    /// <exception cref="InvalidDataException">It is damaged or of another version.</exception>
    public static Restoration Begin(DetectionPlan plan, Stream? snapshot)
    {
        var options = new PipelineOptions();
        return new Restoration(plan, snapshot is null ? new DetectionPipeline(plan, options) : DetectionPipeline.Restore(plan, options, snapshot));
    }

    /// <summary>Takes the next piece; of its alerts those are kept whose number is above <paramref name="accepted"/>.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public void Take(byte[] piece, long accepted)
    {
        var (alerts, entries) = JournalPart.Read(_plan, piece);
        _known.UnionWith(alerts.Select(alert => alert.Key));
        _unsent.AddRange(alerts.Where(alert => alert.Number > accepted));
        foreach (var entry in entries) entry.ApplyTo(Pipeline);
    }

    /// <summary>Alerts of the journal after a number.</summary>
    public IReadOnlyList<OutgoingAlert> Unsent(long accepted) => [.. _unsent.Where(alert => alert.Number > accepted)];

    /// <summary>Alerts that follow from the journal under the rules of now, and had not arisen under those of then.</summary>
    public IReadOnlyList<AlertRevision> Arisen(CheckpointHead head) => [.. _said.Where(pair => !_known.Contains(pair.Key) && !head.IsQuiet(pair.Value.Alert)).Select(pair => pair.Value)];

    /// <summary>Of quiet alerts those that are not closed yet.</summary>
    public IReadOnlyDictionary<Guid, int> Open(IReadOnlyDictionary<Guid, int> quiet) =>
        quiet.Count == 0 ? quiet : quiet.Where(pair => !_said.Keys.Any(key => key.IsFinal && key.Id == pair.Key)).ToDictionary();

    public void Dispose() => _alerts.Dispose();
}
