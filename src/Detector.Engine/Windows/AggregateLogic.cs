using System.Collections.Immutable;
using System.Globalization;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;

namespace Detector.Engine.Windows;

/// <summary>Counts and other measures over a sliding window.</summary>
internal sealed class AggregateLogic : WindowLogic
{
    // Larger numbers are no measurements, and their sum must not overflow.
    private const decimal NumberMax = 1_000_000_000_000_000_000m;

    private readonly AggregateRule _rule;
    private readonly ulong[] _masks;

    public AggregateLogic(AggregateRule rule)
    {
        _rule = rule;
        _masks = [.. rule.Measures.Select(measure => measure.Inputs.Aggregate(0UL, (mask, input) => mask | 1UL << input))];
        EntriesMin = (int)Math.Min(int.MaxValue, rule.Measures.Select(LeastEvents).DefaultIfEmpty(1).Max());
    }

    public override TimeSpan LookBack => _rule.Within;

    public override int EntriesMin { get; }

    public override ImmutableArray<Factor> Reasons(IReadOnlyList<WindowEntry> entries, WindowEntry first) =>
        [.. _rule.Measures.Select((measure, i) => new Factor(measure.Id, 0, Because(measure, i, entries), WindowAlerts.Ids(entries.Where(entry => (entry.Inputs & _masks[i]) != 0))))];

    protected override bool Holds(WindowGroup group, int at)
    {
        var time = group.Entries[at].Time;
        var window = new Window(group.Entries, group.From(Subtract(time, _rule.Within)), group.After(time));
        for (var i = 0; i < _rule.Measures.Length; i++)
        {
            if (Measured(_rule.Measures[i], i, window) is not { } value || !_rule.Measures[i].Range.Holds(value)) return false;
        }

        return true;
    }

    private static decimal LeastEvents(Measure measure) =>
        measure.Kind is MeasureKind.Count or MeasureKind.Distinct ? Math.Max(1, measure.Range.Least) : 1;

    private decimal? Measured(Measure measure, int number, Window window) => measure.Kind switch
    {
        MeasureKind.Count => Count(window, _masks[number]),
        MeasureKind.Distinct => Distinct(measure, window).Count,
        MeasureKind.Sum => Numbers(measure, window).Sum(),
        MeasureKind.Average => Numbers(measure, window) is { Count: > 0 } numbers ? numbers.Sum() / numbers.Count : null,
        MeasureKind.Percentile => Percentile(Numbers(measure, window), measure.Percentile),
        _ => Count(window, 1UL << measure.Inputs[1]) is > 0 and var all ? (decimal)Count(window, 1UL << measure.Inputs[0]) / all : null,
    };

    private static int Count(Window window, ulong mask)
    {
        var count = 0;
        for (var i = window.From; i < window.To; i++)
        {
            if ((window.Entries[i].Inputs & mask) != 0) count++;
        }

        return count;
    }

    private static HashSet<string> Distinct(Measure measure, Window window)
    {
        var values = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = window.From; i < window.To; i++)
        {
            foreach (var input in measure.Inputs)
            {
                if (window.Entries[i].IsOf(input) && GroupKey.Texts(window.Entries[i].Event, measure.Fields[input]) is { } text) values.Add(text);
            }
        }

        return values;
    }

    private static List<decimal> Numbers(Measure measure, Window window)
    {
        var numbers = new List<decimal>();
        for (var i = window.From; i < window.To; i++)
        {
            foreach (var input in measure.Inputs)
            {
                var entry = window.Entries[i];
                if (!entry.IsOf(input)) continue;
                if (decimal.TryParse(entry.Event[measure.Fields[input][0]].Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) <= NumberMax) numbers.Add(number);
                break;
            }
        }

        return numbers;
    }

    private static decimal? Percentile(List<decimal> numbers, int percentile)
    {
        if (numbers.Count == 0) return null;
        numbers.Sort();
        return numbers[((percentile * numbers.Count) + 99) / 100 - 1];
    }

    // Over all that the alert stands on, which may be more than one window.
    private string Because(Measure measure, int number, IReadOnlyList<WindowEntry> entries)
    {
        var all = new Window(entries, 0, entries.Count);
        var value = Measured(measure, number, all) ?? 0;
        var titles = string.Join(" or ", measure.Inputs.Select(input => _rule.Inputs[input].Title));
        var what = measure.Kind switch
        {
            MeasureKind.Count => $"{Text(value)} × {titles}",
            MeasureKind.Distinct => $"{Text(value)} different {measure.FieldName} ({WindowAlerts.Some(Distinct(measure, all))})",
            MeasureKind.Sum => $"{measure.FieldName} adds up to {Text(value)}",
            MeasureKind.Average => $"{measure.FieldName} is {Text(value)} on average",
            MeasureKind.Percentile => $"{measure.FieldName} is {Text(value)} at the {measure.Percentile}th percentile",
            _ => $"{Text(value)} × {_rule.Inputs[measure.Inputs[0]].Title} for each {_rule.Inputs[measure.Inputs[1]].Title}",
        };
        return _rule.Within > TimeSpan.Zero ? $"{what} ({measure.Range} within {Spans.Words(_rule.Within)})" : what;
    }

    private static string Text(decimal number) => Math.Round(number, 2).ToString("0.##", CultureInfo.InvariantCulture);

    private readonly record struct Window(IReadOnlyList<WindowEntry> Entries, int From, int To);
}
