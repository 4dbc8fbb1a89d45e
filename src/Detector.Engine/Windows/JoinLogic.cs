using System.Collections.Immutable;
using System.Globalization;
using Detector.Engine.Alerts;
using Detector.Engine.Logs;
using Detector.Engine.Rules;

namespace Detector.Engine.Windows;

/// <summary>Pairs of events that are compared with one another.</summary>
internal sealed class JoinLogic(JoinRule rule) : WindowLogic
{
    public override TimeSpan LookBack => rule.Within;

    public override int EntriesMin => 2;

    public override void Collect(WindowGroup group, int hit, IndexSet into)
    {
        into.Add(hit);
        foreach (var partner in Partners(group, hit)) into.Add(partner);
    }

    public override ImmutableArray<Factor> Reasons(IReadOnlyList<WindowEntry> entries, WindowEntry first)
    {
        var factors = rule.Inputs.Select((input, i) => new Factor(input.Name, 0, input.Title, WindowAlerts.Ids(entries.Where(entry => entry.IsOf(i))))).ToList();
        foreach (var condition in rule.Where)
        {
            var values = entries.SelectMany(entry => new[] { entry.IsOf(0) ? entry.Event[condition.First].Text : null, entry.IsOf(1) ? entry.Event[condition.Second].Text : null }).OfType<string>();
            factors.Add(new Factor(condition.Text, 0, $"{condition.Text}: {WindowAlerts.Some(values.Distinct(StringComparer.OrdinalIgnoreCase))}", []));
        }

        return [.. factors];
    }

    protected override bool Holds(WindowGroup group, int at)
    {
        var entry = group.Entries[at];
        for (var i = group.From(Subtract(entry.Time, rule.Within)); i < group.Entries.Count && group.Entries[i].Time <= entry.Time; i++)
        {
            if (i != at && IsPair(group.Entries[i], entry)) return true;
        }

        return false;
    }

    // The later of a pair is the hit; at equal times both are.
    private IEnumerable<int> Partners(WindowGroup group, int at)
    {
        var entry = group.Entries[at];
        var end = group.After(entry.Time);
        for (var i = group.From(Subtract(entry.Time, rule.Within)); i < end; i++)
        {
            if (i != at && IsPair(group.Entries[i], entry)) yield return i;
        }
    }

    private bool IsPair(WindowEntry other, WindowEntry entry) =>
        (other.IsOf(0) && entry.IsOf(1) && Holds(other.Event, entry.Event))
        || (other.IsOf(1) && entry.IsOf(0) && (!rule.Ordered || other.Time == entry.Time) && Holds(entry.Event, other.Event));

    private bool Holds(LogEvent first, LogEvent second)
    {
        foreach (var condition in rule.Where)
        {
            if (first[condition.First].Text is not { } left || second[condition.Second].Text is not { } right) return false;
            if (condition.Order is Comparison.Eq or Comparison.Neq)
            {
                if (string.Equals(left, right, StringComparison.OrdinalIgnoreCase) != (condition.Order == Comparison.Eq)) return false;
            }
            else if (!decimal.TryParse(left, NumberStyles.Float, CultureInfo.InvariantCulture, out var one)
                || !decimal.TryParse(right, NumberStyles.Float, CultureInfo.InvariantCulture, out var two)
                || !NumberRange.Holds(condition.Order, one.CompareTo(two)))
            {
                return false;
            }
        }

        return true;
    }
}
