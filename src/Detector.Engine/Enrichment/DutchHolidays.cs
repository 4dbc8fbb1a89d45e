namespace Detector.Engine.Enrichment;

/// <summary>
/// The public holidays of the Netherlands on which government offices are closed (Algemene termijnenwet, article 3, and
/// the day off for 5 May that central government gives every year). Good Friday is in that law too.
/// </summary>
public static class DutchHolidays
{
    /// <summary>The holidays of a year, by date.</summary>
    public static IEnumerable<(DateOnly Date, string Name)> Of(int year)
    {
        var easter = Easter(year);
        yield return (new DateOnly(year, 1, 1), "Nieuwjaarsdag");
        yield return (easter.AddDays(-2), "Goede Vrijdag");
        yield return (easter, "Eerste paasdag");
        yield return (easter.AddDays(1), "Tweede paasdag");
        yield return year >= 2014
            ? (UnlessSunday(new DateOnly(year, 4, 27), -1), "Koningsdag")
            : (UnlessSunday(new DateOnly(year, 4, 30), year < 1980 ? 1 : -1), "Koninginnedag");
        yield return (new DateOnly(year, 5, 5), "Bevrijdingsdag");
        yield return (easter.AddDays(39), "Hemelvaartsdag");
        yield return (easter.AddDays(49), "Eerste pinksterdag");
        yield return (easter.AddDays(50), "Tweede pinksterdag");
        yield return (new DateOnly(year, 12, 25), "Eerste kerstdag");
        yield return (new DateOnly(year, 12, 26), "Tweede kerstdag");
    }

    /// <summary>Easter Sunday of the Gregorian calendar (the anonymous computus, Nature 1876).</summary>
    public static DateOnly Easter(int year)
    {
        var a = year % 19;
        var (b, c) = (year / 100, year % 100);
        var (d, e) = (b / 4, b % 4);
        var g = (b - (b + 8) / 25 + 1) / 3;
        var h = (19 * a + b - d - g + 15) % 30;
        var l = (32 + 2 * e + 2 * (c / 4) - h - c % 4) % 7;
        var m = (a + 11 * h + 22 * l) / 451;
        var n = h + l - 7 * m + 114;
        return new DateOnly(year, n / 31, n % 31 + 1);
    }

    private static DateOnly UnlessSunday(DateOnly day, int move) => day.DayOfWeek == DayOfWeek.Sunday ? day.AddDays(move) : day;
}
