using System.Globalization;
using Detector.Engine.Alerts;
using Detector.Engine.Logs;
using Detector.Engine.Rules;

namespace Detector.Engine.Tests.Windows;

/// <summary>
/// What window rules must find, the slow and obvious way: all events at once, each window looked through for each event. It
/// shares no code with the pipeline.
/// </summary>
internal static class WindowOracle
{
    private sealed record Seen(DateTime Time, LogEvent Event, HashSet<int> Inputs);

    private sealed record Found(WindowRule Rule, Seen First, DateTime Known, IReadOnlyList<Seen> Evidence);

    /// <summary>The final alerts of the rules, as <see cref="Describe(Alert)"/> puts them.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="arrivals">The events in any order, with copies.</param>
    /// <param name="end">Until when time has passed.</param>
    public static IReadOnlyList<string> Alerts(IReadOnlyList<WindowRule> rules, IReadOnlyList<MatchedEvent> arrivals, DateTime end)
    {
        var events = arrivals.GroupBy(e => e.Event.Id).Select(copies => copies.First()).ToList();
        var found = new List<Found>[rules.Count];
        for (var i = 0; i < rules.Count; i++) found[i] = [.. Find(rules[i], events, found, end)];
        return [.. found.SelectMany(own => own).Where(own => own.Rule.Alerts).Select(Describe).Order(StringComparer.Ordinal)];
    }

    public static string Describe(Alert alert) => Describe(alert.Rule.Name, alert.Severity, alert.EventTime, alert.Evidence.Select(e => (e.Id, e.Time)));

    private static string Describe(Found found) => Describe(found.Rule.Name, found.Rule.Severity, found.First.Event.Time, found.Evidence.Select(e => (e.Event.Id, e.Event.Time)).Distinct());

    private static string Describe(string rule, Severity severity, DateTime time, IEnumerable<(string Id, DateTime Time)> evidence) =>
        $"{rule} {severity} {time:O} " + string.Join(',', evidence.OrderBy(e => e.Time).ThenBy(e => e.Id, StringComparer.Ordinal).Select(e => e.Id));

    private static IEnumerable<Found> Find(WindowRule rule, List<MatchedEvent> events, List<Found>[] found, DateTime end)
    {
        var seen = new List<(string Group, Seen Seen)>();
        for (var input = 0; input < rule.Inputs.Length; input++)
        {
            var source = rule.Inputs[input];
            var sightings = source.Kind == SourceKind.Sigma
                ? events.Where(e => e.Matches.Contains(source.Index)).Select(e => (e.Event.Time, e.Event))
                : found[source.Index].Select(own => (Time: own.Known, own.First.Event));
            foreach (var (time, logged) in sightings)
            {
                if (GroupOf(rule, source, logged) is not { } group) continue;
                if (seen.Find(known => known.Group == group && source.Kind == SourceKind.Sigma && known.Seen.Event.Id == logged.Id && known.Seen.Time == time).Seen is { } same) same.Inputs.Add(input);
                else seen.Add((group, new Seen(time, logged, [input])));
            }
        }

        // A first-seen rule learns from the first event of its input on, whatever fields that has.
        var origin = events.Where(e => e.Matches.Contains(rule.Inputs[0].Index)).Select(e => e.Event.Time).DefaultIfEmpty(DateTime.MaxValue).Min();
        return seen.GroupBy(pair => pair.Group, pair => pair.Seen, StringComparer.OrdinalIgnoreCase).SelectMany(group => Find(rule, [.. group.OrderBy(s => s.Time).ThenBy(s => s.Event.Id, StringComparer.Ordinal)], origin, end));
    }

    private static string? GroupOf(WindowRule rule, RuleInput source, LogEvent logged)
    {
        var slots = rule is FirstSeenRule first ? source.Key.AddRange(first.Fields) : source.Key;
        var texts = slots.Select(slot => logged[slot].Text).ToList();
        return texts.Contains(null) ? null : string.Join('|', texts).ToUpperInvariant();
    }

    private static IEnumerable<Found> Find(WindowRule rule, List<Seen> events, DateTime origin, DateTime end)
    {
        var delay = rule is AbsenceRule { Look: var look } absence ? absence.Grace + (look == LookFor.Before ? TimeSpan.Zero : absence.Within) : TimeSpan.Zero;
        var hits = events.Where(e => Holds(rule, events, e, origin) && e.Time + delay <= end).ToList();
        var chain = new List<Seen>();
        foreach (var hit in hits)
        {
            if (chain.Count > 0 && hit.Time - chain[^1].Time > rule.Gap)
            {
                yield return Make(chain);
                chain = [];
            }

            chain.Add(hit);
        }

        if (chain.Count > 0) yield return Make(chain);

        Found Make(List<Seen> run)
        {
            var kept = run.Where(hit => hit.Time - run[0].Time <= TimeSpan.FromHours(24)).ToList();
            return new Found(rule, run[0], run[0].Time + delay, [.. events.Where(e => kept.Any(hit => IsEvidence(rule, hit, e)))]);
        }
    }

    private static bool In(Seen e, DateTime from, DateTime to) => e.Time >= from && e.Time <= to;

    private static bool Holds(WindowRule rule, List<Seen> all, Seen e, DateTime origin)
    {
        switch (rule)
        {
            case AggregateRule aggregate:
                var window = all.Where(o => In(o, e.Time - aggregate.Within, e.Time)).ToList();
                return aggregate.Measures.All(measure => Value(measure, window) is { } value && measure.Range.Holds(value));
            case TemporalRule { Ordered: false } temporal:
                return Enumerable.Range(0, temporal.Inputs.Length).All(input => all.Any(o => In(o, e.Time - temporal.Within, e.Time) && o.Inputs.Contains(input)));
            case TemporalRule ordered:
                return e.Inputs.Contains(ordered.Inputs.Length - 1) && Ordered(ordered.Inputs.Length - 2, e.Time, e.Time - ordered.Within, all);
            case JoinRule join:
                return all.Any(o => IsPair(join, e, o));
            case AbsenceRule absence:
                if (!e.Inputs.Contains(0)) return false;
                var answers = all.Where(o => IsAnswer(absence, e, o)).ToList();
                return (absence.Distinct is null ? answers.Count : answers.Select(o => o.Event.Text(CanonicalField.LocationCountry)).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Count()) < absence.AtLeast;
            case FirstSeenRule first:
                return e.Time >= origin + first.WarmUp && IsNew(first, all, e);
            default:
                throw new NotSupportedException();
        }
    }

    // Of several at the same moment the first by id is new.
    private static bool IsNew(FirstSeenRule rule, List<Seen> all, Seen e)
    {
        DateTime? last = null;
        foreach (var other in all)
        {
            var isNew = last is null || other.Time - last > rule.History;
            if (ReferenceEquals(other, e)) return isNew;
            if (isNew || rule.Refresh) last = other.Time;
        }

        throw new InvalidOperationException();
    }

    private static bool Ordered(int input, DateTime until, DateTime from, List<Seen> all) =>
        input < 0 || all.Any(o => o.Inputs.Contains(input) && In(o, from, until) && Ordered(input - 1, o.Time, from, all));

    private static bool IsPair(JoinRule rule, Seen e, Seen other)
    {
        if (ReferenceEquals(e, other) || !In(other, e.Time - rule.Within, e.Time)) return false;
        return (other.Inputs.Contains(0) && e.Inputs.Contains(1) && Compare(rule, other, e))
            || (e.Inputs.Contains(0) && other.Inputs.Contains(1) && (!rule.Ordered || e.Time == other.Time) && Compare(rule, e, other));
    }

    private static bool Compare(JoinRule rule, Seen first, Seen second) => rule.Where.All(condition =>
    {
        var (left, right) = (first.Event[condition.First].Text, second.Event[condition.Second].Text);
        if (left is null || right is null) return false;
        return condition.Order == Comparison.Neq ? !left.Equals(right, StringComparison.OrdinalIgnoreCase) : int.TryParse(left, out var one) && int.TryParse(right, out var two) && one < two;
    });

    private static bool IsAnswer(AbsenceRule rule, Seen e, Seen other) =>
        !ReferenceEquals(e, other) && other.Inputs.Contains(1)
        && In(other, rule.Look == LookFor.After ? e.Time : e.Time - rule.Within, (rule.Look == LookFor.Before ? e.Time : e.Time + rule.Within) + rule.Grace);

    private static bool IsEvidence(WindowRule rule, Seen hit, Seen e) => rule switch
    {
        AggregateRule aggregate => In(e, hit.Time - aggregate.Within, hit.Time),
        TemporalRule temporal => In(e, hit.Time - temporal.Within, hit.Time),
        JoinRule join => ReferenceEquals(e, hit) || IsPair(join, hit, e),
        AbsenceRule absence => ReferenceEquals(e, hit) || IsAnswer(absence, hit, e),
        _ => ReferenceEquals(e, hit),
    };

    private static decimal? Value(Measure measure, List<Seen> window)
    {
        var own = window.Where(e => measure.Inputs.Any(e.Inputs.Contains)).ToList();
        var numbers = own.Select(e => decimal.TryParse(e.Event.Text(CanonicalField.ActivationHours), NumberStyles.Float, CultureInfo.InvariantCulture, out var n) ? n : (decimal?)null).OfType<decimal>().Order().ToList();
        return measure.Kind switch
        {
            MeasureKind.Count => own.Count,
            MeasureKind.Distinct => own.Select(e => e.Event.Text(CanonicalField.LocationCountry)).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Count(),
            MeasureKind.Sum => numbers.Sum(),
            MeasureKind.Average => numbers.Count == 0 ? null : numbers.Average(),
            MeasureKind.Percentile => numbers.Count == 0 ? null : numbers[(int)Math.Ceiling(numbers.Count * measure.Percentile / 100m) - 1],
            _ => window.Count(e => e.Inputs.Contains(1)) is > 0 and var all ? window.Count(e => e.Inputs.Contains(0)) / (decimal)all : null,
        };
    }
}
