using System.Globalization;

namespace Detector.Engine.Enrichment;

/// <summary>
/// The tenant's clock: local time of an instant, and what the hour and the day mean there. Converting through
/// <see cref="TimeZoneInfo"/> costs a search of the zone's rules, so the stretch of constant offset last used is kept.
/// Thread-safe.
/// </summary>
public sealed class TenantCalendar(TenantProfile tenant)
{
    // Offsets change at most twice a year, never within these steps of one another.
    private static readonly long s_stepTicks = TimeSpan.FromMinutes(15).Ticks;

    private readonly Stretch?[] _stretches = new Stretch?[64];

    /// <summary>IANA name of the zone.</summary>
    public string Zone => tenant.TimeZone.Id;

    /// <summary>Local time of an instant in UTC.</summary>
    public DateTime Local(DateTime utc)
    {
        // All offsets and all transitions of the last fifty years fall on quarters of an hour.
        var step = utc.Ticks / s_stepTicks;
        ref var cached = ref _stretches[step & 63];
        var stretch = Volatile.Read(ref cached);
        if (stretch is null || stretch.Step != step)
        {
            var first = tenant.TimeZone.GetUtcOffset(new DateTime(step * s_stepTicks, DateTimeKind.Utc));
            var last = tenant.TimeZone.GetUtcOffset(new DateTime((step + 1) * s_stepTicks - 1, DateTimeKind.Utc));
            if (first != last) return utc + tenant.TimeZone.GetUtcOffset(utc);
            Volatile.Write(ref cached, stretch = new Stretch(step, first.Ticks));
        }

        return new DateTime(utc.Ticks + stretch.OffsetTicks, DateTimeKind.Unspecified);
    }

    /// <summary>
    /// Whether the clock stands outside business hours, whatever the day: the start is in, the end is out. Hours that end
    /// before they start run over midnight; the same time twice is round the clock.
    /// </summary>
    public bool IsOffHours(DateTime local)
    {
        var time = TimeOnly.FromDateTime(local);
        var (start, end) = (tenant.BusinessStart, tenant.BusinessEnd);
        return start < end ? time < start || time >= end : time < start && time >= end;
    }

    /// <summary>Whether it is a day without work.</summary>
    public bool IsWeekend(DateTime local) => tenant.Weekend.Contains(local.DayOfWeek);

    /// <summary>The name of the holiday, or null.</summary>
    public string? HolidayOf(DateTime local) => tenant.Holidays.NameOf(DateOnly.FromDateTime(local));

    /// <summary>For people: <c>23:10 Europe/Amsterdam</c>.</summary>
    public string Clock(DateTime local) => $"{local.ToString("HH:mm", CultureInfo.InvariantCulture)} {Zone}";

    private sealed record Stretch(long Step, long OffsetTicks);
}
