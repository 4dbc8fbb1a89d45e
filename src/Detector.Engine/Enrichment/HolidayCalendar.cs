namespace Detector.Engine.Enrichment;

/// <summary>A date that the tenant adds to its holidays.</summary>
public readonly record struct NamedDate(DateOnly Date, string Name);

/// <summary>
/// Names the holiday on a date of the tenant's calendar: a shipped set, computed for any year, with what the tenant adds
/// and removes. Immutable and thread-safe.
/// </summary>
public sealed class HolidayCalendar
{
    private readonly HolidayRule[] _rules;
    private readonly Dictionary<DateOnly, string> _added;
    private readonly HashSet<DateOnly> _removed;

    private HolidayCalendar(HolidayRule[] rules, Dictionary<DateOnly, string> added, HashSet<DateOnly> removed)
    {
        _rules = rules;
        _added = added;
        _removed = removed;
    }

    /// <summary>No holidays.</summary>
    public static HolidayCalendar None { get; } = new([], [], []);

    /// <summary>
    /// The days of a set (<see cref="HolidaySets.Names"/>; null for none) but for those removed, and the added dates.
    /// </summary>
    /// <param name="set">Name of the set; an unknown one has no days.</param>
    /// <param name="added">Dates with names; they stand even where the set's day is removed, and of two on one date the last does.</param>
    /// <param name="removedNames">Days of the set that this tenant works on, in every year.</param>
    /// <param name="removedDates">Days of the set that this tenant works on, once.</param>
    public static HolidayCalendar Of(
        string? set,
        IEnumerable<NamedDate>? added = null,
        IEnumerable<string>? removedNames = null,
        IEnumerable<DateOnly>? removedDates = null)
    {
        var without = (removedNames ?? []).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var rules = set is null ? [] : Array.FindAll(HolidaySets.RulesOf(set), r => !without.Contains(r.Name));
        var dates = new Dictionary<DateOnly, string>();
        foreach (var day in added ?? []) dates[day.Date] = day.Name;
        return new HolidayCalendar(rules, dates, [.. removedDates ?? []]);
    }

    /// <summary>The name of the holiday, or null on other days.</summary>
    public string? NameOf(DateOnly date)
    {
        if (_added.TryGetValue(date, out var name)) return name;
        if (_removed.Contains(date)) return null;
        foreach (var rule in _rules)
        {
            if (rule.FallsOn(date)) return rule.Name;
        }

        return null;
    }
}
