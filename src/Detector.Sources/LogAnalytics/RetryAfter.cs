using System.Globalization;
using Azure;

namespace Detector.Sources.LogAnalytics;

/// <summary>How long a service asks its callers to wait.</summary>
internal static class RetryAfter
{
    /// <summary>A service that says more than this is not waited for that long at once.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Milliseconds, seconds or a date; null when nothing is said.</summary>
    public static TimeSpan? Of(Response response, DateTimeOffset now)
    {
        foreach (var header in new[] { "retry-after-ms", "x-ms-retry-after-ms" })
        {
            if (response.Headers.TryGetValue(header, out var text) && TryNumber(text, out var milliseconds)) return Bounded(TimeSpan.FromMilliseconds(milliseconds));
        }

        if (!response.Headers.TryGetValue("Retry-After", out var after)) return null;
        if (TryNumber(after, out var seconds)) return Bounded(TimeSpan.FromSeconds(seconds));
        return DateTimeOffset.TryParseExact(after, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? Bounded(date - now) : null;
    }

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static TimeSpan Bounded(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span > Longest ? Longest : span;
}
