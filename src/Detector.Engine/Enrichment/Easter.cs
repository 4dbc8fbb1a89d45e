namespace Detector.Engine.Enrichment;

/// <summary>Easter Sunday of the western churches.</summary>
internal static class Easter
{
    /// <summary>The date in a year of the Gregorian calendar, 1 to 9999; between 22 March and 25 April.</summary>
    public static DateOnly SundayOf(int year)
    {
        // The golden number gives the moon's age by the 19-year cycle; the century corrects it for the leap days that
        // the Gregorian calendar drops (first quotient) and for the moon's own drift (second).
        var golden = year % 19;
        var century = year / 100;
        var epact = (century - (century / 4) - ((8 * century + 13) / 25) + (19 * golden) + 15) % 30;

        // Two months of 29 days would otherwise put the full moon on 19 April, or on 18 April twice in one cycle.
        var fullMoon = epact - (epact / 28 * (1 - (29 / (epact + 1) * ((21 - golden) / 11))));
        var weekday = (year + (year / 4) + fullMoon + 2 - century + (century / 4)) % 7;

        // Days after 28 March, of the Sunday that follows the full moon.
        var offset = fullMoon - weekday;
        return new DateOnly(year, 3, 28).AddDays(offset);
    }
}
