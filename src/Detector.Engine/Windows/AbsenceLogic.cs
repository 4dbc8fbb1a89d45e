using System.Collections.Immutable;
using System.Globalization;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;

namespace Detector.Engine.Windows;

/// <summary>Events that were not answered in their time.</summary>
internal sealed class AbsenceLogic(AbsenceRule rule) : WindowLogic
{
    private readonly TimeSpan _before = rule.Look == LookFor.After ? TimeSpan.Zero : rule.Within;
    private readonly TimeSpan _after = (rule.Look == LookFor.Before ? TimeSpan.Zero : rule.Within) + rule.Grace;

    public override TimeSpan LookBack => _before;

    public override TimeSpan Delay => _after;

    public override bool JudgesOnce => true;

    // Known only once nothing can come any more; then it is known for good, whatever is forgotten later.
    public override void Mark(WindowGroup group, DateTime now)
    {
        var from = group.Changed is { } changed && changed.From < group.JudgedUntil ? changed.From : group.JudgedUntil;
        for (var i = group.From(from); i < group.Entries.Count; i++)
        {
            var entry = group.Entries[i];
            if (Add(entry.Time, _after) >= now) break;
            if (entry.IsJudged) continue;
            entry.IsJudged = true;
            group.SetHit(entry, entry.IsOf(0) && Holds(group, i));
        }

        group.JudgedUntil = Subtract(now, _after);
    }

    // More events bring answers and never take one, so what has its answer waits for nothing.
    public override DateTime? JudgesNext(WindowGroup group, DateTime now)
    {
        var from = Subtract(now, _after);
        if (group.AnsweredUntil > from) from = group.AnsweredUntil;
        for (var i = group.From(from); i < group.Entries.Count; i++)
        {
            var entry = group.Entries[i];
            group.AnsweredUntil = entry.Time;
            if (!entry.IsJudged && entry.IsOf(0) && Holds(group, i)) return Add(entry.Time, _after);
        }

        return null;
    }

    public override void Collect(WindowGroup group, int hit, IndexSet into)
    {
        into.Add(hit);
        foreach (var answer in Answers(group, hit)) into.Add(answer);
    }

    public override ImmutableArray<Factor> Reasons(IReadOnlyList<WindowEntry> entries, WindowEntry first)
    {
        var expected = string.Join(" or ", rule.Inputs.Skip(1).Select(input => input.Title));
        var answers = entries.Where(entry => !entry.IsOf(0)).ToList();
        var few = answers.Count == 0 ? "no" : answers.Count.ToString(CultureInfo.InvariantCulture);
        var where = rule.Look switch { LookFor.After => "after", LookFor.Before => "before", _ => "around" };
        return [new Factor("absent", 0, $"{few} {expected} within {Spans.Words(rule.Within)} {where} {rule.Inputs[0].Title}", WindowAlerts.Ids([first]))];
    }

    protected override bool Holds(WindowGroup group, int at)
    {
        if (rule.Distinct is not { } slots) return !HasEnough(group, at);
        var values = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var i in Answers(group, at))
        {
            for (var input = 1; input < rule.Inputs.Length; input++)
            {
                if (group.Entries[i].IsOf(input) && group.Entries[i].Event[slots[input]].Text is { } value) values.Add(value);
            }
        }

        return values.Count < rule.AtLeast;
    }

    private bool HasEnough(WindowGroup group, int at)
    {
        var (time, answers) = (group.Entries[at].Time, 0);
        var last = Add(time, _after);
        for (var i = group.From(Subtract(time, _before)); answers < rule.AtLeast && i < group.Entries.Count && group.Entries[i].Time <= last; i++) answers += IsAnswer(group, i, at) ? 1 : 0;
        return answers >= rule.AtLeast;
    }

    // An event does not answer itself.
    private static bool IsAnswer(WindowGroup group, int i, int at) => i != at && (group.Entries[i].Inputs & ~1UL) != 0;

    private IEnumerable<int> Answers(WindowGroup group, int at)
    {
        var time = group.Entries[at].Time;
        var end = group.After(Add(time, _after));
        for (var i = group.From(Subtract(time, _before)); i < end; i++)
        {
            if (IsAnswer(group, i, at)) yield return i;
        }
    }
}
