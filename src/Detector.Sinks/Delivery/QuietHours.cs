using Detector.Engine.Rules;

namespace Detector.Sinks.Delivery;

/// <summary>
/// Hours of each day in which a sink that people read says only what cannot wait. The rest is said at their end, together where the sink can.
/// </summary>
/// <param name="From">When they begin, by the clock of <paramref name="Zone"/>.</param>
/// <param name="Until">When they end; before <paramref name="From"/> for the next morning.</param>
/// <param name="Zone">The time zone.</param>
/// <param name="ExceptFrom">Alerts of this severity and graver go out, and with them what waits of the same alert.</param>
public sealed record QuietHours(TimeOnly From, TimeOnly Until, TimeZoneInfo Zone, Severity ExceptFrom)
{
    /// <summary>How long they last from a time on, UTC; zero outside of them.</summary>
    public TimeSpan Left(DateTime now)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(now, Zone);
        var time = TimeOnly.FromDateTime(local);
        if (From <= Until ? time < From || time >= Until : time < From && time >= Until) return TimeSpan.Zero;
        var end = local.Date + Until.ToTimeSpan();
        if (time >= Until) end = end.AddDays(1);

        // An end that the clock leaps over in spring is that much later.
        while (Zone.IsInvalidTime(end)) end = end.AddMinutes(15);
        var left = TimeZoneInfo.ConvertTimeToUtc(DateTime.SpecifyKind(end, DateTimeKind.Unspecified), Zone) - now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Whether it goes out all the same.</summary>
    public bool Lets(OutgoingAlert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return alert.Severity >= ExceptFrom;
    }
}
