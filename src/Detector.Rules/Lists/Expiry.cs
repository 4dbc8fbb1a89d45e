using System.Globalization;
using Detector.Rules.Yaml;

namespace Detector.Rules.Lists;

/// <summary>
/// Reads <c>expires</c>: the day from whose start, in the tenant's zone and by the time of the events, something no longer works.
/// </summary>
internal static class Expiry
{
    /// <summary>The day, or null when there is none, or none that can be read, which is told.</summary>
    /// <param name="node">The value.</param>
    /// <param name="what">What expires, as the beginning of a sentence.</param>
    /// <param name="today">Against which lint tells what has expired; null for a load in which the day must not matter.</param>
    /// <param name="problems">Takes what is to be said.</param>
    public static DateOnly? Read(YamlNode? node, string what, DateOnly? today, Diagnostics problems)
    {
        if (node is null or YamlScalar { IsNull: true }) return null;
        if (node is not YamlScalar date || !DateOnly.TryParseExact(date.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            problems.Error(node.Line, "'expires' is no date.", "Write it as 2026-05-15.");
            return null;
        }

        if (today >= day) problems.Warning(node.Line, $"{what} expired on {date.Text}: it no longer works.", "Remove it, or let its owner decide on a new date.");
        return day;
    }

    /// <summary>The first moment of a day in a zone, UTC.</summary>
    public static DateTime StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);

        // Where clocks go forward at midnight, the day begins at the first time that there is.
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(15);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        var utc = local.Ticks - offset.Ticks;
        return new DateTime(Math.Clamp(utc, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), DateTimeKind.Utc);
    }
}
