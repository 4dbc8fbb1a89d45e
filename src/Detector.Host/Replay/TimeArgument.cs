using System.CommandLine.Parsing;
using System.Globalization;
using Detector.Rules;

namespace Detector.Host.Replay;

/// <summary>Times and spans as people write them on a command line.</summary>
internal static class TimeArgument
{
    private static readonly string[] s_local =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFF",
    ];

    private static readonly string[] s_absolute = [.. s_local.Skip(1).Select(format => format + "K")];

    /// <summary>
    /// An instant, UTC. Without an offset it is local in <paramref name="zone"/>: the earlier of two where the clock goes
    /// back, and the first moment after the gap where it goes forward.
    /// </summary>
    public static bool TryParse(string text, TimeZoneInfo zone, out DateTime utc)
    {
        if (DateTime.TryParseExact(text, s_local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            while (zone.IsInvalidTime(local)) local = new DateTime((local.Ticks / TimeSpan.TicksPerMinute + 1) * TimeSpan.TicksPerMinute, DateTimeKind.Unspecified);
            var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
            var ticks = local.Ticks - offset.Ticks;
            utc = new DateTime(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), DateTimeKind.Utc);
            return true;
        }

        var isAbsolute = DateTimeOffset.TryParseExact(text, s_absolute, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var absolute);
        utc = absolute.UtcDateTime;
        return isAbsolute;
    }

    /// <summary><c>30m</c>, <c>1h30m</c> or <c>00:45:00</c>.</summary>
    public static TimeSpan? ParseSpan(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Duration.TryParse(text, out var span)) return span;
        if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out span) && span >= TimeSpan.Zero) return span;
        result.AddError($"'{text}' is no length of time. Write it as 30m, 1h30m or 00:45:00.");
        return null;
    }
}
