namespace Detector.Simulation.Tenant;

/// <summary>
/// Dutch clock and calendar by their own rules, so that the truth does not rest on the code that it is to check: EU
/// summer time from the last Sunday of March to that of October, 01:00 UTC; public holidays around Easter and fixed ones.
/// </summary>
internal static class LocalClock
{
    /// <summary>Wall clock in the Netherlands.</summary>
    public static DateTime Local(DateTime utc)
    {
        var isSummer = utc >= ChangeOf(utc.Year, 3) && utc < ChangeOf(utc.Year, 10);
        return DateTime.SpecifyKind(utc.AddHours(isSummer ? 2 : 1), DateTimeKind.Unspecified);
    }

    /// <summary>The instant of a local time; of the hour that comes twice, the first.</summary>
    public static DateTime Utc(DateTime local)
    {
        var summer = DateTime.SpecifyKind(local.AddHours(-2), DateTimeKind.Utc);
        return Local(summer) == local ? summer : summer.AddHours(1);
    }

    /// <summary>Outside 08:00 to 18:00; the start is working time, the end is not.</summary>
    public static bool IsOffHours(DateTime local) => local.Hour is < 8 or >= 18;

    /// <summary>Saturday, Sunday or public holiday.</summary>
    public static bool IsFree(DateTime local) => local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || IsHoliday(local);

    /// <summary>Dutch public holidays since 2014.</summary>
    public static bool IsHoliday(DateTime local)
    {
        if ((local.Month, local.Day) is (1, 1) or (5, 5) or (12, 25) or (12, 26)) return true;
        var king = new DateTime(local.Year, 4, 27);
        if (king.DayOfWeek == DayOfWeek.Sunday) king = king.AddDays(-1);
        if (local.Date == king) return true;
        return (local.Date - Easter(local.Year)).Days is -2 or 0 or 1 or 39 or 49 or 50;
    }

    // Gauss's rule with its two exceptions, good for 1900 to 2199.
    private static DateTime Easter(int year)
    {
        var (m, n) = year < 2100 ? (24, 5) : (24, 6);
        var d = (19 * (year % 19) + m) % 30;
        var e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + n) % 7;
        var day = 22 + d + e;
        if (d == 29 && e == 6) day -= 7;
        else if (d == 28 && e == 6 && year % 19 > 10) day -= 7;
        return new DateTime(year, 3, 1).AddDays(day - 1);
    }

    private static DateTime ChangeOf(int year, int month)
    {
        var last = new DateTime(year, month, 31, 1, 0, 0, DateTimeKind.Utc);
        return last.AddDays(-(int)last.DayOfWeek);
    }
}
