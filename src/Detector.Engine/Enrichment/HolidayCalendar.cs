namespace Detector.Engine.Enrichment;

/// <summary>Names the holiday on a date of the tenant's calendar. Immutable.</summary>
public sealed class HolidayCalendar
{
    private readonly Func<int, IEnumerable<(DateOnly Date, string Name)>>? _set;
    private readonly Dictionary<DateOnly, string> _added;
    private readonly HashSet<DateOnly> _removed;
    private readonly HashSet<string> _removedNames;
    private volatile Tuple<int, Dictionary<DateOnly, string>>? _year;

    /// <summary>
    /// A calendar of a computed set, with days that the tenant adds or takes away: a date once, a name in every year.
    /// What is added stands whatever is taken away.
    /// </summary>
    public HolidayCalendar(
        Func<int, IEnumerable<(DateOnly Date, string Name)>>? set,
        IEnumerable<(DateOnly Date, string Name)>? added = null,
        IEnumerable<DateOnly>? removed = null,
        IEnumerable<string>? removedNames = null)
    {
        _set = set;
        _added = [];
        foreach (var (date, name) in added ?? []) _added[date] = name;
        _removed = [.. removed ?? []];
        _removedNames = new HashSet<string>(removedNames ?? [], StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>No holidays.</summary>
    public static HolidayCalendar None { get; } = new(null);

    /// <summary>The public holidays of the Netherlands.</summary>
    public static HolidayCalendar Dutch { get; } = new(DutchHolidays.Of);

    /// <summary>The name of the holiday, or null on other days.</summary>
    public string? NameOf(DateOnly date)
    {
        if (_added.TryGetValue(date, out var added)) return added;
        if (_set is null || _removed.Contains(date)) return null;
        var year = _year;
        if (year is null || year.Item1 != date.Year)
        {
            var days = new Dictionary<DateOnly, string>();
            foreach (var (day, name) in _set(date.Year))
            {
                if (!_removedNames.Contains(name)) days.TryAdd(day, name);
            }

            _year = year = Tuple.Create(date.Year, days);
        }

        return year.Item2.GetValueOrDefault(date);
    }
}
