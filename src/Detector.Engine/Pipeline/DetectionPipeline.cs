using System.Reactive.Subjects;
using Detector.Engine.Alerts;
using Detector.Engine.Entra;
using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Engine.Storms;
using Detector.Engine.Streams;
using Detector.Engine.Windows;

namespace Detector.Engine.Pipeline;

/// <summary>
/// The stateful part: matched events in order of arrival in, alerts out. Pure: what it does depends on its input alone,
/// so that a replay gives the same bytes. Any order of arrival within the allowed lateness ends in the same final
/// alerts. Not thread-safe: one thread at a time.
/// </summary>
public sealed class DetectionPipeline : IDisposable
{
    private static readonly TimeSpan s_forgetEvery = TimeSpan.FromMinutes(1);

    private readonly Subject<AlertRevision> _alerts = new();
    private readonly Subject<LogEvent> _late = new();
    private readonly EventClock _clock;
    private readonly Deduplicator _ids = new();
    private readonly EventKinds _kinds = new();
    private readonly ActivationSessions _sessions = new();
    private readonly RuleUses _uses;
    private readonly EpisodeTable _episodes;
    private readonly Evaluator _evaluator;
    private readonly WindowSet _windows;
    private readonly StormSet _storms;
    private readonly HashSet<Episode> _touched = new(ReferenceEqualityComparer.Instance);
    private DateTime _advanced = DateTime.MinValue;
    private DateTime _forgotten = DateTime.MinValue;

    /// <summary>A pipeline that has seen nothing.</summary>
    public DetectionPipeline(DetectionPlan plan, PipelineOptions options)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(options);
        Plan = plan;
        Options = options;
        _clock = new EventClock(options.Lateness ?? plan.Tenant.Lateness);
        _uses = new RuleUses(plan.Rules);
        _episodes = new EpisodeTable(_uses);
        _evaluator = new Evaluator(plan, _uses, _sessions, _kinds);
        _storms = new StormSet(plan.Rules, rule => options.StormAlerts ?? rule.StormAlerts ?? plan.Tenant.StormAlerts, Counters, _alerts.OnNext);
        _windows = new WindowSet(plan.Rules, _storms, Counters, _alerts.OnNext);
    }

    /// <summary>The plan under which it runs.</summary>
    public DetectionPlan Plan { get; }

    /// <summary>The options.</summary>
    public PipelineOptions Options { get; }

    /// <summary>Alerts as they arise, on the calling thread of <see cref="Process(in MatchedEvent)"/>; completes after <see cref="Complete"/>.</summary>
    public IObservable<AlertRevision> Alerts => _alerts;

    /// <summary>Events that came later than the allowed lateness, as they are counted.</summary>
    public IObservable<LogEvent> Late => _late;

    /// <summary>What was counted so far.</summary>
    public PipelineCounters Counters { get; } = new();

    /// <summary>No event before this instant is taken any more. UTC.</summary>
    public DateTime Watermark => _clock.Watermark;

    /// <summary>How much is remembered now.</summary>
    public PipelineSize Size => new(_episodes.Open, _sessions.Count, _uses.Stores.Sum(store => store.Window.Keys), _uses.Stores.Sum(store => store.Window.Count), _ids.Count,
        _windows.Tables.Sum(table => table.Count), _windows.Tables.Sum(table => table.Entries) + _storms.Entries, _windows.Tables.Sum(table => table.Memory?.Count ?? 0));

    /// <summary>Takes the next event. Alerts that follow from it are sent before the call returns.</summary>
    public void Process(in MatchedEvent matched) => Process(matched, partition: 0, arrival: null);

    /// <summary>Takes the next event of a stream that is read as it comes.</summary>
    /// <param name="matched">The event.</param>
    /// <param name="partition">The partition it came from; the slowest one holds the clock back.</param>
    /// <param name="arrival">When it arrived, UTC; null where nobody knows, as in a replay.</param>
    public void Process(in MatchedEvent matched, int partition, DateTime? arrival)
    {
        var logged = matched.Event;
        if (logged.Time < LogEvent.TimeMin || logged.Time > LogEvent.TimeMax)
            throw new ArgumentOutOfRangeException(nameof(matched), logged.Time, "A reader rejects records of such a time.");
        Counters.Events++;
        if (_clock.IsLate(logged.Time))
        {
            _clock.Heard(partition, arrival);
            Counters.Late++;
            _late.OnNext(logged);
            return;
        }

        var id = Key128.Of(logged.Id);
        if (!_ids.TryAdd(id, logged.Time))
        {
            _clock.Heard(partition, arrival);
            Counters.Duplicates++;
            return;
        }

        _clock.Observe(logged.Time, partition, arrival);
        Take(logged, id, matched.Matches);
        if (_touched.Count > 0) EvaluateTouched();
        _windows.Evaluate();
        Advance();
    }

    /// <summary>Lets time pass: no event before <paramref name="watermark"/> (UTC) will come any more.</summary>
    public void PassTo(DateTime watermark)
    {
        _clock.PassTo(watermark);
        Advance();
    }

    /// <summary>
    /// From <paramref name="now"/> on (UTC) records of the partition can come: it holds the clock back until one does or it is
    /// silent. Said of each partition when reading begins, or begins again.
    /// </summary>
    public void Expect(int partition, DateTime now) => _clock.Expect(partition, now);

    /// <summary>Nothing more comes of the partition: it has no say in the clock any more. What was seen of it stays known.</summary>
    public void End(int partition) => _clock.End(partition);

    /// <summary>
    /// Says what time it is while partitions may be silent: a silent one stops holding the clock back, and when all are, the
    /// clock goes on by itself if the stream was current.
    /// </summary>
    /// <param name="now">The wall clock, UTC.</param>
    /// <returns>Whether anything changed.</returns>
    public bool Tick(DateTime now)
    {
        if (!_clock.Tick(now)) return false;
        Advance();
        return true;
    }

    /// <summary>The input has ended: nothing more will come, and every open alert becomes final.</summary>
    public void Complete()
    {
        _windows.Complete(_clock.Newest);
        _clock.Complete();
        Advance();
        _alerts.OnCompleted();
        _late.OnCompleted();
    }

    /// <summary>Writes the whole state; <see cref="Restore"/> goes on from it as if nothing had happened.</summary>
    public void Save(Stream output) =>
        PipelineSnapshot.Save(output, new PipelineState(Plan, _clock, _ids, _kinds, _sessions, _uses, _episodes, _windows, _storms, Counters));

    /// <summary>
    /// A pipeline that goes on from a saved state. State of rules that the plan no longer has is dropped; the rest lives on.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes are no snapshot, are damaged, or are of another version.</exception>
    public static DetectionPipeline Restore(DetectionPlan plan, PipelineOptions options, Stream input)
    {
        var pipeline = new DetectionPipeline(plan, options);
        PipelineSnapshot.Restore(input, new PipelineState(plan, pipeline._clock, pipeline._ids, pipeline._kinds, pipeline._sessions, pipeline._uses, pipeline._episodes, pipeline._windows, pipeline._storms, pipeline.Counters));
        pipeline._advanced = pipeline._clock.Watermark;
        pipeline._windows.Now = pipeline._advanced;
        foreach (var group in pipeline._windows.Tables.SelectMany(table => table.Groups).ToList()) pipeline._windows.Resume(group);
        pipeline._storms.Resume();
        foreach (var episode in pipeline._episodes.OpenEpisodes) pipeline.Resume(episode);
        return pipeline;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _alerts.Dispose();
        _late.Dispose();
    }

    private void Take(LogEvent logged, Key128 id, int[] matches)
    {
        var isSessionRow = false;
        foreach (var index in matches) isSessionRow |= _uses.Uses[index].IsSessionRow;
        if (isSessionRow)
        {
            var requests = _sessions.Add(logged);
            for (var i = 0; i < requests.Count; i++) Touch(_episodes.OpenOfSubject(requests[i]));
        }

        foreach (var index in matches)
        {
            var use = _uses.Uses[index];
            foreach (var store in use.Stores) Touch(store.Add(logged, id, _kinds.Of(logged)));
            foreach (var score in use.Scores) AddTo(Plan.Rules.Scores[score], logged);
            _windows.Add(index, logged, id);
            if (Plan.Rules.Sigma[index].Alerts) AddTo(Plan.Rules.Sigma[index], logged);
        }
    }

    private void Touch(IReadOnlyList<Episode> episodes)
    {
        for (var i = 0; i < episodes.Count; i++) _touched.Add(episodes[i]);
    }

    private void AddTo(Rule rule, LogEvent logged)
    {
        var subject = logged.Text(CanonicalField.RequestId) ?? logged.Text(CanonicalField.AttemptId) ?? logged.Id;
        if (_episodes.Add(rule, subject, logged) is { } episode) _touched.Add(episode);
        else Counters.Repeats++;
    }

    // In an order that is the events' own, so that a restart leaves no trace in it.
    private void EvaluateTouched()
    {
        foreach (var episode in _touched.OrderBy(e => e.AnchorTime).ThenBy(e => e.Rule.Id, StringComparer.Ordinal).ThenBy(e => e.Subject, StringComparer.Ordinal)) Evaluate(episode);
        _touched.Clear();
    }

    private void Evaluate(Episode episode)
    {
        if (episode.Sent is null && !_evaluator.CanAlert(episode)) return;
        var alert = _evaluator.Evaluate(episode);
        var stood = episode.Stands;
        episode.Stands = Evaluator.Alerts(alert);
        if (episode.Sent is not { } sent)
        {
            if (!episode.Stands) return;
            Counters.Alerts++;
        }
        else
        {
            if (AlertContent.Same(sent, alert)) return;
            alert = alert with { Revision = sent.Revision + 1 };
            Counters.Revisions++;
        }

        if (stood && episode is { Sent: { } before, Told: { } told }) _windows.Replaced(before, told, episode.Stands ? alert : null, episode.Anchor);
        else if (episode.Stands) _windows.Alerted(alert, episode.Anchor);
        episode.Told = episode.Anchor;
        episode.Sent = alert;
        _alerts.OnNext(new AlertRevision(alert, IsClosing: false));
    }

    // What was sent before the snapshot follows from the restored state; only its revision had to be kept.
    private void Resume(Episode episode)
    {
        if (episode.Sent is not { } marker) return;
        var alert = _evaluator.Evaluate(episode);
        episode.Stands = Evaluator.Alerts(alert);
        episode.Sent = alert with { Revision = marker.Revision };
        episode.Told = episode.Anchor;
    }

    private void Advance()
    {
        var watermark = _clock.Watermark;
        if (watermark == _advanced) return;
        _advanced = watermark;
        foreach (var episode in _episodes.IsDue(watermark) ? _episodes.Close(watermark) : [])
        {
            if (episode is { Sent: { } sent, Stands: true }) _alerts.OnNext(new AlertRevision(sent with { Final = true }, IsClosing: true));
            _episodes.Forget(episode);
        }

        _windows.Advance(watermark);

        // What is past is looked for by its time, so when it is forgotten changes nothing but the memory it takes.
        if (watermark - _forgotten < s_forgetEvery) return;
        _forgotten = watermark;
        _sessions.Advance(watermark);
        _ids.Advance(watermark);
        var ahead = watermark > DateTime.MaxValue - _clock.Lateness - PartitionClock.AheadMax ? watermark : watermark + _clock.Lateness + PartitionClock.AheadMax;
        foreach (var store in _uses.Stores) store.Window.Advance(watermark, ahead);
    }
}
