namespace Detector.Engine.Enrichment;

/// <summary>
/// The public holidays of the Netherlands: those of the act on time limits (Algemene termijnenwet, article 3), which puts
/// Good Friday beside the others, with the Sundays of Easter and Pentecost. Whether one has the day off is a matter of
/// contracts, so there is a second set for what most employers give.
/// </summary>
public static class DutchHolidays
{
    private const string GoodFriday = "Goede Vrijdag";
    private const string LiberationDay = "Bevrijdingsdag";

    /// <summary>
    /// The official holidays of a year. Where two fall on one date (5 May 2016) the first of them names it.
    /// </summary>
    public static IEnumerable<(DateOnly Date, string Name)> Of(int year)
    {
        var easter = Easter(year);
        yield return (new DateOnly(year, 1, 1), "Nieuwjaarsdag");
        yield return (easter.AddDays(-2), GoodFriday);
        yield return (easter, "Eerste paasdag");
        yield return (easter.AddDays(1), "Tweede paasdag");
        yield return year >= 2014
            ? (UnlessSunday(new DateOnly(year, 4, 27), -1), "Koningsdag")
            : (UnlessSunday(new DateOnly(year, 4, 30), year < 1980 ? 1 : -1), "Koninginnedag");
        yield return (new DateOnly(year, 5, 5), LiberationDay);
        yield return (easter.AddDays(39), "Hemelvaartsdag");
        yield return (easter.AddDays(49), "Eerste pinksterdag");
        yield return (easter.AddDays(50), "Tweede pinksterdag");
        yield return (new DateOnly(year, 12, 25), "Eerste kerstdag");
        yield return (new DateOnly(year, 12, 26), "Tweede kerstdag");
    }

    /// <summary>As most employers: without Good Friday, and with Liberation Day in every fifth year only (its lustrum).</summary>
    public static IEnumerable<(DateOnly Date, string Name)> OfEmployers(int year) =>
        Of(year).Where(day => day.Name is not GoodFriday && (day.Name is not LiberationDay || year % 5 == 0));

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
