using System.Diagnostics.Metrics;

namespace Detector.Host.Run.Telemetry;

/// <summary>How a worker is, read from it when somebody asks.</summary>
internal sealed class WorkerGauges
{
    private readonly WorkerTelemetry _telemetry;
    private readonly Worker _worker;
    private readonly TimeProvider _clock;

    public WorkerGauges(Meter meter, WorkerTelemetry telemetry, Worker worker, WorkerRules rules, TimeProvider clock)
    {
        (_telemetry, _worker, _clock) = (telemetry, worker, clock);
        telemetry.Records.Observe(meter);
        meter.CreateObservableGauge("detector.source.connected", () => Sources(source => source.IsConnected), description: "1 while the source is reached.");
        meter.CreateObservableGauge("detector.source.caught_up", () => Sources(source => source.IsCaughtUp), description: "1 while all there is was taken.");
        meter.CreateObservableGauge("detector.watermark.delay", WatermarkDelay, "s", "How far the watermark is behind the clock.");
        meter.CreateObservableGauge("detector.state.size", State, "{item}", "What the pipeline remembers.");
        meter.CreateObservableGauge("detector.sink.queue", () => Lanes(lane => lane.Waiting), "{alert}", "Alerts that wait for a sink.");
        meter.CreateObservableGauge("detector.sink.failing", () => Lanes(lane => lane.Trouble is null ? 0 : 1), description: "1 while a sink accepts nothing.");
        meter.CreateObservableGauge("detector.checkpoint.age", CheckpointAge, "s", "Since all that was pending was last in a checkpoint.");
        meter.CreateObservableGauge("detector.worker.owner", () => worker.Session is null ? 0 : 1, description: "1 for the worker that holds the checkpoints, 0 for one that stands by.");
        meter.CreateObservableGauge("detector.worker.ready", () => Readiness.Of(worker).IsReady ? 1 : 0, description: "What /readyz says.");
        meter.CreateObservableGauge("detector.rules.loaded", () => rules.InForce.Plan.Rules.Sigma.Length, "{rule}", "Sigma rules in force.");
    }

    private IEnumerable<Measurement<double>> WatermarkDelay() =>
        _telemetry.Pipeline is { } look && look.Watermark > Engine.Logs.LogEvent.TimeMin ? [new((_clock.GetUtcNow().UtcDateTime - look.Watermark).TotalSeconds)] : [];

    private IEnumerable<Measurement<double>> CheckpointAge() =>
        _worker.Session is not null && _telemetry.CheckpointAt is { } at ? [new((_clock.GetUtcNow().UtcDateTime - at).TotalSeconds)] : [];

    private IEnumerable<Measurement<int>> Sources(Func<Sources.Live.SourceHealth, bool> holds) => _worker.Session?.Source is { } source ? [new(holds(source) ? 1 : 0)] : [];

    private IEnumerable<Measurement<long>> Lanes(Func<Sinks.Delivery.SinkLane, long> read) =>
        (_worker.Session?.Lanes ?? []).Select(lane => new Measurement<long>(read(lane), new KeyValuePair<string, object?>("detector.sink.name", lane.Name)));

    private IEnumerable<Measurement<long>> State() => _telemetry.Pipeline is not { Size: var size } ? [] :
    [
        Item("open_episodes", size.OpenEpisodes), Item("session_rows", size.SessionRows), Item("window_keys", size.WindowKeys), Item("window_entries", size.WindowEntries),
        Item("record_ids", size.RecordIds), Item("groups", size.Groups), Item("group_events", size.GroupEvents), Item("values", size.Values),
    ];

    private static Measurement<long> Item(string kind, long count) => new(count, new KeyValuePair<string, object?>("detector.state.kind", kind));
}
