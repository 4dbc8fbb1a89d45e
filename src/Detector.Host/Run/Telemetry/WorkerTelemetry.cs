using System.Diagnostics;
using System.Diagnostics.Metrics;
using Detector.Engine.Alerts;
using Detector.Engine.Pipeline;
using Detector.Sinks.Delivery;

namespace Detector.Host.Run.Telemetry;

/// <summary>
/// What one worker counts, and the traces of its alerts. Each slice adds a few numbers and each second a snapshot is
/// left behind; whoever exports reads them. Nothing in it comes from a record but its category: Entra's five, or <c>other</c>.
/// </summary>
internal sealed class WorkerTelemetry : IDisposable
{
    /// <summary>The name of the meter and of the source of traces.</summary>
    public const string Name = "Detector";

    private readonly Meter _meter = new(Name);
    private readonly ActivitySource _traces = new(Name);
    private readonly Counter<long> _alerts;
    private readonly Counter<long> _accepted;
    private readonly Histogram<double> _latency;
    private readonly Histogram<double> _checkpoint;
    private readonly Counter<long> _checkpointBytes;
    private readonly Counter<long> _checkpointFailures;
    private readonly Counter<long> _reloads;
    private readonly Counter<long> _rejectsLost;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _deadLetters;
    private long _checkpointAt;

    public WorkerTelemetry()
    {
        _alerts = _meter.CreateCounter<long>("detector.alerts", "{alert}", "Alerts and revisions that arose.");
        _accepted = _meter.CreateCounter<long>("detector.sink.accepted", "{alert}", "Alerts and revisions that a sink has accepted.");
        _latency = _meter.CreateHistogram("detector.alert.latency", "s", "From the arrival of a record to a sink's acceptance of its alert.", tags: null, Buckets(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30));
        _checkpoint = _meter.CreateHistogram("detector.checkpoint.duration", "s", "How long a checkpoint took to write, attempts that failed included.", tags: null, Buckets(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30));
        _checkpointBytes = _meter.CreateCounter<long>("detector.checkpoint.written", "By", "Bytes written to the journal.");
        _checkpointFailures = _meter.CreateCounter<long>("detector.checkpoint.failures", "{attempt}", "Attempts to write a checkpoint that failed.");
        _reloads = _meter.CreateCounter<long>("detector.rules.reloads", "{reload}", "Changes of the rules, by outcome.");
        _retries = _meter.CreateCounter<long>("detector.sink.retries", "{attempt}", "Sendings that failed and were tried again.");
        _deadLetters = _meter.CreateCounter<long>("detector.sink.dead_letters", "{alert}", "Alerts that a sink refused for ever.");
        _rejectsLost = _meter.CreateCounter<long>("detector.rejects.lost", "{record}", "Rejected records that could not be written to the rejects file.");
    }

    /// <summary>What detection has taken.</summary>
    public RecordTally Records { get; } = new();

    /// <summary>The pipeline as it was a second ago at most, its size half a minute; null before the first look.</summary>
    public PipelineLook? Pipeline { get; private set; }

    /// <summary>When all that was pending had last been written, UTC; null before the first time.</summary>
    public DateTime? CheckpointAt => Volatile.Read(ref _checkpointAt) is var ticks && ticks == 0 ? null : new DateTime(ticks, DateTimeKind.Utc);

    /// <summary>Lets what is observed be read from the worker.</summary>
    public void Observe(Worker worker, WorkerRules rules, TimeProvider clock) => _ = new WorkerGauges(_meter, this, worker, rules, clock);

    /// <summary>
    /// What hardly happens is told as 0 from the beginning: a count that is there only from its first time on grows in nobody's eyes then,
    /// and a restart between two times would hide the second. Once those who read the counts are there.
    /// </summary>
    public void Begin()
    {
        foreach (var isTaken in (bool[])[true, false]) _reloads.Add(0, Outcome(isTaken));
        _rejectsLost.Add(0);
        _checkpointFailures.Add(0);
    }

    /// <summary>Leaves a look at the pipeline behind. By detection alone.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="hasSize">Whether its size is taken anew: counting a million groups takes milliseconds.</param>
    public void Look(DetectionPipeline pipeline, bool hasSize) => Pipeline = new PipelineLook(pipeline.Watermark, hasSize || Pipeline is not { } last ? pipeline.Size : last.Size);

    /// <summary>An alert arose.</summary>
    /// <returns>With the context of its trace, where traces are wanted.</returns>
    public OutgoingAlert Arose(Alert alert, OutgoingAlert outgoing, DateTime now)
    {
        _alerts.Add(1, new("detector.rule.name", alert.Rule.Name), new("detector.alert.severity", AlertJson.Word(alert.Severity)), new("detector.alert.state", alert.Final ? "final" : "open"));
        if (!_traces.HasListeners()) return outgoing;

        // It ends when the alert is in the journal; the spans of the sinks are its children and may outlast it.
        using var root = _traces.StartActivity("alert", ActivityKind.Consumer, parentContext: default, startTime: At(outgoing.Arrival ?? now));
        if (root is null) return outgoing;
        root.SetTag("detector.alert.id", alert.Id.ToString("D")).SetTag("detector.alert.revision", alert.Revision).SetTag("detector.rule.id", alert.Rule.Id).SetTag("detector.evidence.count", alert.Evidence.Length);
        Span("detect", root.Context, outgoing.Arrival ?? now, now);
        root.SetEndTime(now);
        return outgoing with { Trace = root.Context, Arisen = now };
    }

    /// <summary>Alerts are in the journal, and go to the sinks now.</summary>
    public void Journaled(IReadOnlyList<OutgoingAlert> alerts, DateTime now)
    {
        foreach (var alert in alerts)
        {
            if (alert.Arisen is { } arisen) Span("checkpoint", alert.Trace, arisen, now);
        }
    }

    /// <summary>A sink has accepted alerts of a batch that it was first given at a time.</summary>
    public void Accepted(string sink, IReadOnlyList<OutgoingAlert> alerts, DateTime sent, DateTime now)
    {
        var tag = new KeyValuePair<string, object?>("detector.sink.name", sink);
        _accepted.Add(alerts.Count, tag);
        foreach (var alert in alerts)
        {
            if (alert.Arrival is { } arrival) _latency.Record((now - arrival).TotalSeconds, tag);
            if (alert.Arisen is not null) Span("send", alert.Trace, sent, now, tag);
        }
    }

    /// <summary>A sink did not accept what it was sent.</summary>
    public void SendingFailed(string sink) => _retries.Add(1, new KeyValuePair<string, object?>("detector.sink.name", sink));

    /// <summary>A sink has refused alerts for ever; with 0 it is only known that there is such a sink.</summary>
    public void Refused(string sink, int alerts) => _deadLetters.Add(alerts, new KeyValuePair<string, object?>("detector.sink.name", sink));

    /// <summary>A checkpoint was written, or there was nothing to write.</summary>
    public void Wrote(TimeSpan? took, long bytes, DateTime now)
    {
        Volatile.Write(ref _checkpointAt, now.Ticks);
        if (took is not { } time) return;
        _checkpoint.Record(time.TotalSeconds);
        _checkpointBytes.Add(bytes);
    }

    /// <summary>A checkpoint could not be written.</summary>
    public void WriteFailed() => _checkpointFailures.Add(1);

    /// <summary>The rules have changed, or the change was refused.</summary>
    public void Reloaded(bool isTaken) => _reloads.Add(1, Outcome(isTaken));

    /// <summary>Rejected records are in no file.</summary>
    public void RejectsLost(int count) => _rejectsLost.Add(count);

    public void Dispose()
    {
        _traces.Dispose();
        _meter.Dispose();
    }

    private static KeyValuePair<string, object?> Outcome(bool isTaken) => new("detector.outcome", isTaken ? "taken" : "refused");

    private static InstrumentAdvice<double> Buckets(params double[] bounds) => new() { HistogramBucketBoundaries = bounds };

    private static DateTimeOffset At(DateTime time) => new(time, TimeSpan.Zero);

    private void Span(string name, ActivityContext parent, DateTime from, DateTime to, KeyValuePair<string, object?> tag = default)
    {
        using var span = _traces.StartActivity(name, ActivityKind.Internal, parent, startTime: At(from));
        if (tag.Key is not null) span?.SetTag(tag.Key, tag.Value);
        span?.SetEndTime(to);
    }
}

/// <summary>A pipeline at one moment.</summary>
internal sealed record PipelineLook(DateTime Watermark, PipelineSize Size);
