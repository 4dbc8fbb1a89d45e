namespace Detector.Engine.Enrichment;

/// <summary>
/// One public holiday of a country, for any year: a fixed date or a number of days from Easter Sunday, the years in
/// which it holds, and the named sets that it belongs to.
/// </summary>
internal sealed record HolidayRule(string Name, params string[] Sets)
{
    private const int YearMax = 9999;

    /// <summary>Month and day of a fixed date; month 0 for one that moves with Easter.</summary>
    public (int Month, int Day) Fixed { get; init; }

    /// <summary>Days after Easter Sunday, for one that moves.</summary>
    public int FromEaster { get; init; }

    /// <summary>First year in which it holds.</summary>
    public int Since { get; init; } = 1;

    /// <summary>Last year in which it holds.</summary>
    public int Until { get; init; } = YearMax;

    /// <summary>It holds in every n-th year only.</summary>
    public int EveryYears { get; init; } = 1;

    /// <summary>On a Sunday it is kept the day before.</summary>
    public bool SaturdayWhenSunday { get; init; }

    /// <summary>Whether it falls on the date.</summary>
    public bool FallsOn(DateOnly date)
    {
        if (date.Year < Since || date.Year > Until || date.Year % EveryYears != 0) return false;
        if (Fixed.Month == 0) return date.DayNumber == Easter.SundayOf(date.Year).DayNumber + FromEaster;
        var day = new DateOnly(date.Year, Fixed.Month, Fixed.Day);
        if (SaturdayWhenSunday && day.DayOfWeek == DayOfWeek.Sunday) day = day.AddDays(-1);
        return day == date;
    }
}
