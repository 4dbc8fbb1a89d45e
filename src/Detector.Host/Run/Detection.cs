using Detector.Engine.Alerts;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Host.Run.Checkpointing;
using Detector.Host.Run.Telemetry;
using Detector.Sinks.Delivery;
using Detector.Sources.Live;

namespace Detector.Host.Run;

/// <summary>
/// Slices into the pipeline, and what the pipeline was told into the journal. One thread at a time.
/// </summary>
internal sealed class Detection : IDisposable
{
    /// <summary>After a gap of so long in this loop (a suspended machine, a store that held us up, a clock that was set) no silence is believed.</summary>
    private static readonly TimeSpan s_gapMax = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_tickEvery = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_sizeEvery = TimeSpan.FromSeconds(30);

    private readonly DetectionPipeline _pipeline;
    private readonly JournalPending _pending;
    private readonly WorkerCounters _counters;
    private readonly SilenceAlarm? _silence;
    private readonly TimeProvider _clock;
    private readonly WorkerTelemetry _telemetry;
    private readonly RejectLog? _rejects;
    private readonly bool _isHub;
    private readonly IDisposable _subscription;
    private readonly List<JournalEntry> _entries = [];
    private readonly List<AlertRevision> _said = [];
    private readonly HashSet<int> _expected = [];
    private DateTime _looked;
    private bool _wasConnected = true;
    private DateTime _ticked;
    private DateTime _observed;
    private DateTime _sized;
    private DateTime? _arrival;

    public Detection(RestoredState state, JournalPending pending, WorkerCounters counters, SilenceAlarm? silence, TimeProvider clock, WorkerTelemetry telemetry, RejectLog? rejects, bool isHub)
    {
        _pipeline = state.Pipeline;
        _pending = pending;
        _counters = counters;
        _silence = silence;
        _clock = clock;
        _telemetry = telemetry;
        _rejects = rejects;
        _isHub = isHub;
        _telemetry.Records.Add(_pipeline.Counters);
        _looked = _ticked = Now;
        _subscription = _pipeline.Alerts.Subscribe(revision => Say(revision, state.Head));
        _said.AddRange(state.Arisen);
        for (var stream = 0; stream < state.Head.Streams.Count; stream++) Expect(stream, Now);
        HasArisen = Commit([]);
    }

    /// <summary>Whether alerts arose from what was restored.</summary>
    public bool HasArisen { get; }

    private DateTime Now => _clock.GetUtcNow().UtcDateTime;

    /// <summary>Takes what came, if anything, and lets time pass. Returns whether alerts arose.</summary>
    public bool Take(LiveSlice? slice, bool isConnected)
    {
        var now = Now;
        var isBack = now < _looked;
        if (isBack) _ticked = _observed = _sized = now;
        if (isBack || now - _looked > s_gapMax || (isConnected && !_wasConnected))
        {
            ExpectAll(now);
            _silence?.Forgive(now);
        }

        (_looked, _wasConnected) = (now, isConnected);
        _arrival = slice?.Arrival;
        if (slice is not null) Take(slice);
        if (now - _observed >= s_tickEvery)
        {
            _observed = now;
            Observe();
        }

        if (now - _ticked >= s_tickEvery && isConnected)
        {
            _ticked = now;
            var tick = JournalEntry.Tick(now);
            if (tick.ApplyTo(_pipeline)) _entries.Add(tick);
            if (_silence is not null) _said.AddRange(_silence.Look(now).Select(alert => new AlertRevision(alert, IsClosing: false)));
        }

        return Commit(slice?.Positions ?? []);
    }

    public void Dispose()
    {
        Observe();
        _subscription.Dispose();
        _pipeline.Dispose();
    }

    private void Say(AlertRevision revision, CheckpointHead head)
    {
        if (!head.IsQuiet(revision.Alert)) _said.Add(revision);
    }

    private void Take(LiveSlice slice)
    {
        var number = _pending.StreamNumber(slice.Stream, out _);
        if (!_expected.Contains(number)) Expect(number, slice.Arrival);
        _silence?.Hear(slice);
        foreach (var matched in slice.Batch.Events) Process(matched, number, slice.Arrival);
        _telemetry.Records.Add(slice, _isHub);
        _rejects?.Add(slice.Batch.Rejects);
        _counters.AddSlice(slice.Batch.Records, slice.Bytes, slice.Batch.Rejects.Count);
    }

    private void Process(in MatchedEvent matched, int stream, DateTime arrival)
    {
        var entry = new JournalEntry(matched, stream, arrival);
        entry.ApplyTo(_pipeline);
        _entries.Add(entry);
    }

    private void Observe()
    {
        var hasSize = Now - _sized >= s_sizeEvery;
        if (hasSize) _sized = Now;
        _telemetry.Look(_pipeline, hasSize);
        _telemetry.Records.Add(_pipeline.Counters);
    }

    private void ExpectAll(DateTime now)
    {
        foreach (var stream in _expected.ToList()) Expect(stream, now);
    }

    private void Expect(int stream, DateTime now)
    {
        _expected.Add(stream);
        var entry = JournalEntry.Expect(stream, now);
        entry.ApplyTo(_pipeline);
        _entries.Add(entry);
    }

    private bool Commit(IReadOnlyList<KeyValuePair<string, SourcePosition>> positions)
    {
        if (_entries.Count == 0 && _said.Count == 0 && positions.Count == 0) return false;
        var now = Now;
        var number = _pending.Alerts;
        var alerts = _said.ConvertAll(revision => _telemetry.Arose(revision.Alert, OutgoingAlert.Of(revision.Alert, ++number, revision.IsClosing) with { Arrival = _arrival }, now));
        _pending.Add(_entries, alerts, positions);
        _counters.AddAlerts(alerts.Count);
        _entries.Clear();
        _said.Clear();
        return alerts.Count > 0;
    }
}
