using Detector.Engine.Alerts;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;
using Detector.Engine.Streams;

namespace Detector.Engine.Storms;

/// <summary>Watches the alerts of every rule for storms. It withholds none of them.</summary>
internal sealed class StormSet
{
    private readonly Dictionary<string, StormWatch> _watches = new(StringComparer.Ordinal);
    private readonly List<StormWatch> _touched = [];
    private DateTime _due = DateTime.MaxValue;

    /// <summary>Watches all rules that alert.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="least">How many alerts of a rule within an hour are a storm.</param>
    /// <param name="counters">Counts the alerts about storms.</param>
    /// <param name="send">Takes them.</param>
    public StormSet(RuleSet rules, Func<Rule, int> least, PipelineCounters counters, Action<AlertRevision> send)
    {
        foreach (var rule in rules.All.Where(rule => rule is ScoreRule or SigmaRule { Alerts: true } or WindowRule { Alerts: true }))
            _watches.TryAdd(rule.Id, new StormWatch(StormRule.Of(rule), least(rule), counters, send));
    }

    /// <summary>By rule id.</summary>
    public IReadOnlyDictionary<string, StormWatch> Watches => _watches;

    /// <summary>Alerts that are remembered.</summary>
    public long Entries => _watches.Values.Sum(watch => (long)watch.Entries.Count);

    /// <summary>Takes an alert of a rule, or takes it back.</summary>
    public void Tell(Rule rule, Severity severity, Key128 id, DateTime time, LogEvent subject, bool isGone)
    {
        if (!_watches.TryGetValue(rule.Id, out var watch)) return;
        if (isGone) watch.Take(time, subject.Id, id);
        else watch.Put(StormEntry.Of(id, time, severity, subject));
        if (watch.IsTouched) return;
        watch.IsTouched = true;
        _touched.Add(watch);
    }

    /// <summary>Says what the last alerts changed.</summary>
    public void Evaluate()
    {
        foreach (var watch in _touched)
        {
            watch.IsTouched = false;
            watch.Look();
            if (watch.Due < _due) _due = watch.Due;
        }

        _touched.Clear();
    }

    /// <summary>Lets time pass: no event before <paramref name="now"/> will come any more.</summary>
    public void Advance(DateTime now)
    {
        if (_due < now) Close(now);
    }

    /// <summary>The input has ended: what is known is final.</summary>
    public void Complete()
    {
        foreach (var watch in _watches.Values.Where(watch => watch.Open.Count > 0).OrderBy(watch => watch.Rule.Id, StringComparer.Ordinal)) watch.Close(DateTime.MaxValue);
    }

    /// <summary>Takes up the state of a snapshot.</summary>
    public void Resume()
    {
        foreach (var watch in _watches.Values) watch.Resume();
        SetDue();
    }

    // Apart, since what a lambda captures is made when its method is entered.
    private void Close(DateTime now)
    {
        foreach (var watch in _watches.Values.Where(watch => watch.Due < now).OrderBy(watch => watch.Due).ThenBy(watch => watch.Rule.Id, StringComparer.Ordinal).ToList()) watch.Close(now);
        SetDue();
    }

    private void SetDue()
    {
        _due = DateTime.MaxValue;
        foreach (var watch in _watches.Values)
        {
            if (watch.Due < _due) _due = watch.Due;
        }
    }
}
