using System.Reactive.Subjects;
using Detector.Engine.Alerts;
using Detector.Engine.Logs;

namespace Detector.Engine.Pipeline;

/// <summary>
/// The stateful part: events in order of arrival in, alerts out. Pure: what it does depends on its input alone.
/// Not thread-safe; one thread at a time.
/// </summary>
public sealed class DetectionPipeline(DetectionPlan plan, PipelineOptions options) : IDisposable
{
    private readonly Subject<AlertRevision> _alerts = new();

    /// <summary>The plan under which it runs.</summary>
    public DetectionPlan Plan { get; } = plan;

    /// <summary>The options.</summary>
    public PipelineOptions Options { get; } = options;

    /// <summary>Alerts as they arise, on the calling thread of <see cref="Process"/>.</summary>
    public IObservable<AlertRevision> Alerts => _alerts;

    /// <summary>What was counted so far.</summary>
    public PipelineCounters Counters { get; } = new();

    /// <summary>Records that came later than the allowed lateness, as they are counted; for the rejects file.</summary>
    public IObservable<LogEvent> Late => _late;

    private readonly Subject<LogEvent> _late = new();

    /// <summary>Takes the next event.</summary>
    public void Process(in MatchedEvent matched) => Counters.Events += matched.Matches.Length > 0 ? 1 : 0;

    /// <summary>The input has ended: nothing more will come, and every alert becomes final.</summary>
    public void Complete() => _alerts.OnCompleted();

    /// <inheritdoc />
    public void Dispose()
    {
        _alerts.Dispose();
        _late.Dispose();
    }
}
