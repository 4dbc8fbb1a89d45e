using System.Runtime.InteropServices;
using Detector.Engine.Alerts;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;
using Detector.Engine.Storms;
using Detector.Engine.Streams;

namespace Detector.Engine.Windows;

/// <summary>
/// All window rules: gives each the events it looks at, tells what it finds to those that look at it, and sends the alerts.
/// Time passes step by step, so that one great leap of the watermark gives what many small ones do.
/// </summary>
internal sealed class WindowSet
{
    private readonly (WindowTable Table, int Input)[][] _ofSigma;
    private readonly (WindowTable Table, int Input)[][] _ofWindow;
    private readonly (WindowTable Table, int Input)[][] _ofScore;
    private readonly (WindowTable Table, int Input)[] _ofHighAlerts;
    private readonly Dictionary<string, int> _scores;
    private readonly Dictionary<WindowRule, int> _numbers = new(ReferenceEqualityComparer.Instance);
    private readonly PriorityQueue<WindowGroup, Due> _queue = new(DueOrder.Instance);
    private readonly StormSet _storms;
    private readonly RestingGroups _resting = new();
    private readonly Action<WindowGroup> _queueAgain;
    private readonly List<WindowGroup>[] _touched;
    private readonly FirstSeenMemory[] _memories;
    private readonly EpisodeLedger _ledger;
    private DateTime _now = DateTime.MinValue;
    private bool _isTouched;

    public WindowSet(RuleSet rules, StormSet storms, PipelineCounters counters, Action<AlertRevision> send)
    {
        var keys = new KeyCache();
        _storms = storms;
        Tables = [.. WindowOrder.Tables(rules, keys)];
        _memories = [.. Tables.Select(table => table.Memory).OfType<FirstSeenMemory>()];
        _touched = [.. Enumerable.Range(0, 1 + Tables.Select(table => table.Depth).DefaultIfEmpty(0).Max()).Select(_ => new List<WindowGroup>())];
        var inputs = Tables.SelectMany(table => table.Rule.Inputs.Select((input, i) => (input.Kind, input.Index, Table: table, Input: i)))
            .ToLookup(entry => (entry.Kind, entry.Index), entry => (entry.Table, entry.Input));
        _ofSigma = [.. Enumerable.Range(0, rules.Sigma.Length).Select(i => inputs[(SourceKind.Sigma, i)].ToArray())];
        _ofWindow = [.. Enumerable.Range(0, Tables.Length).Select(i => inputs[(SourceKind.Window, i)].ToArray())];
        _ofScore = [.. Enumerable.Range(0, rules.Scores.Length).Select(i => inputs[(SourceKind.Score, i)].ToArray())];
        _ofHighAlerts = [.. inputs[(SourceKind.HighAlerts, 0)]];
        _scores = rules.Scores.Select((rule, i) => (rule.Id, i)).ToDictionary(pair => pair.Id, pair => pair.i, StringComparer.Ordinal);
        for (var i = 0; i < Tables.Length; i++) _numbers.Add(Tables[i].Rule, i);
        _queueAgain = Queue;
        _ledger = new EpisodeLedger(counters, send, Tell, HighAlert);
    }

    public WindowTable[] Tables { get; }

    /// <summary>Whether any rule looks at what a Sigma rule matches.</summary>
    public bool LooksAt(int sigma) => _ofSigma[sigma].Length > 0;

    /// <summary>Takes a match of a Sigma rule.</summary>
    public void Add(int sigma, LogEvent logged, Key128 id)
    {
        foreach (var (table, input) in _ofSigma[sigma])
        {
            if (table.Memory is not null && logged.Time < table.Origin) MoveOrigin(table, logged.Time);
            Touch(table.Put(input, id, logged.Time, logged, _now));
        }
    }

    /// <summary>Takes what a Sigma or score rule says.</summary>
    public void Alerted(Alert alert, LogEvent subject)
    {
        Alerted(alert, subject, isGone: false);
        _storms.Tell(alert.Rule, alert.Severity, Key128.Of(alert.Id), alert.EventTime, subject, isGone: false);
    }

    /// <summary>Takes what a Sigma or score rule says, or nothing any more, in place of what it said before of another event.</summary>
    public void Replaced(Alert before, LogEvent told, Alert? now, LogEvent subject)
    {
        Alerted(before, told, isGone: true);
        if (now is not null) Alerted(now, subject, isGone: false);

        // To a storm most revisions are the same alert.
        if (now is not null && ReferenceEquals(told, subject) && before.EventTime == now.EventTime && before.Severity == now.Severity) return;
        _storms.Tell(before.Rule, before.Severity, Key128.Of(before.Id), before.EventTime, told, isGone: true);
        if (now is not null) _storms.Tell(now.Rule, now.Severity, Key128.Of(now.Id), now.EventTime, subject, isGone: false);
    }

    /// <summary>Evaluates what the last events may have changed.</summary>
    public void Evaluate()
    {
        if (_isTouched) EvaluateGroups();
        _storms.Evaluate();
    }

    private void EvaluateGroups()
    {
        _isTouched = false;
        for (var depth = 0; depth < _touched.Length; depth++)
        {
            var groups = _touched[depth];

            // A finding may touch a group of the same depth only through a later depth, so the list does not grow meanwhile.
            for (var i = 0; i < groups.Count; i++)
            {
                groups[i].IsTouched = false;
                _ledger.Look(groups[i], _now);
                Queue(groups[i]);
            }

            groups.Clear();
        }
    }

    /// <summary>Lets time pass until the watermark: closes what is final and forgets what is past.</summary>
    public void Advance(DateTime watermark)
    {
        while (_queue.TryPeek(out var group, out var due) && due.At < watermark)
        {
            _queue.Dequeue();
            if (group.QueuedFor != due.At) continue;
            group.QueuedFor = DateTime.MaxValue;
            if (due.At >= _now) _now = due.At.AddTicks(1);
            _ledger.Look(group, _now);
            _ledger.Close(group, _now);
            Queue(group);
            Evaluate();
        }

        if (watermark > _now) _now = watermark;
        _resting.Wake(_now, _queueAgain);
        foreach (var memory in _memories) memory.Advance(_now);
        _storms.Advance(_now);
    }

    /// <summary>
    /// The input has ended: what is known is final. What would only be known later (an answer that had time left when the
    /// records ended) stays unsaid.
    /// </summary>
    /// <param name="newest">Time of the newest event.</param>
    public void Complete(DateTime newest)
    {
        Advance(newest == DateTime.MaxValue ? newest : newest.AddTicks(1));
        foreach (var group in Tables.OrderBy(table => table.Depth).SelectMany(table => table.Groups).ToList()) _ledger.Close(group, DateTime.MaxValue, isEnd: true);
        _storms.Complete();
    }

    /// <summary>Takes up a group from a snapshot.</summary>
    public void Resume(WindowGroup group)
    {
        EpisodeLedger.Resume(group);
        Queue(group);
    }

    /// <summary>Until when time has passed.</summary>
    public DateTime Now
    {
        get => _now;
        set => _now = value;
    }

    private void MoveOrigin(WindowTable table, DateTime time)
    {
        table.Origin = time;
        foreach (var group in table.Groups) Touch(group);
    }

    private void Alerted(Alert alert, LogEvent subject, bool isGone)
    {
        if (_scores.TryGetValue(alert.Rule.Id, out var score))
            Pass(_ofScore[score], Key128.Of(alert.Id), alert.EventTime, subject, isGone);
        HighAlert(alert, subject, isGone);
    }

    // The engine's own alerts as events.
    private void HighAlert(Alert alert, LogEvent subject, bool isGone)
    {
        if (_ofHighAlerts.Length == 0 || alert.Severity < Severity.High) return;
        Pass(_ofHighAlerts, Key128.Of(alert.Id), alert.EventTime, WindowAlerts.AsSource(subject), isGone);
    }

    private void Tell(WindowTable table, Key128 id, DateTime time, LogEvent logged, bool isGone)
    {
        Pass(_ofWindow[_numbers[table.Rule]], id, time, logged, isGone);
        if (table.Rule.Alerts) _storms.Tell(table.Rule, table.Rule.Severity, id, time, logged, isGone);
    }

    private void Pass((WindowTable Table, int Input)[] inputs, Key128 id, DateTime time, LogEvent logged, bool isGone)
    {
        foreach (var (table, input) in inputs)
        {
            if (!isGone && table.Memory is not null && time < table.Origin) MoveOrigin(table, time);
            Touch(isGone ? table.Take(input, id, time, logged) : table.Put(input, id, time, logged, _now));
        }
    }

    private void Touch(WindowGroup? group)
    {
        if (group is null || group.IsTouched) return;
        group.IsTouched = _isTouched = true;
        _touched[group.Table.Depth].Add(group);
    }

    private void Queue(WindowGroup group)
    {
        var due = EpisodeLedger.DueOf(group, _now);
        if (due is null)
        {
            group.QueuedFor = DateTime.MaxValue;
            if (group.Entries.Count == 0 && group.Open.Count == 0) group.Table.Remove(group);
            return;
        }

        if (EpisodeLedger.IsIdle(group))
        {
            _resting.Add(group, due.Value);
            return;
        }

        if (due >= group.QueuedFor) return;
        group.QueuedFor = due.Value;
        _queue.Enqueue(group, new Due(due.Value, group.Table.Depth, group.Table.Rule.Id, group.Key));
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Due(DateTime At, int Depth, string RuleId, Key128 Key);

    // In an order that is the groups' own, so that a restart leaves no trace in it.
    private sealed class DueOrder : IComparer<Due>
    {
        public static readonly DueOrder Instance = new();

        public int Compare(Due x, Due y)
        {
            var compared = x.At.CompareTo(y.At);
            if (compared == 0) compared = x.Depth.CompareTo(y.Depth);
            if (compared == 0) compared = string.CompareOrdinal(x.RuleId, y.RuleId);
            if (compared == 0) compared = x.Key.High.CompareTo(y.Key.High);
            return compared != 0 ? compared : x.Key.Low.CompareTo(y.Key.Low);
        }
    }
}
