using System.Globalization;

namespace Detector.Engine.Enrichment;

/// <summary>
/// The tenant's clock and calendar: what an instant is called where its people work. Rules and the texts of alerts both
/// take it from here, so that they cannot disagree. Thread-safe, with bounded memory; no allocation per question but for
/// the first on a day.
/// </summary>
public sealed class TenantCalendar
{
    private const int DaysKept = 64;

    private readonly LocalClock _clock;
    private readonly TenantProfile _tenant;
    private readonly LocalDay?[] _days = new LocalDay?[DaysKept];

    /// <summary>The calendar of a tenant.</summary>
    public TenantCalendar(TenantProfile tenant)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        _tenant = tenant;
        _clock = new LocalClock(tenant.TimeZone);
    }

    /// <summary>The name of the zone, as alerts print it: <c>Europe/Amsterdam</c>.</summary>
    public string ZoneId => _clock.Zone.Id;

    /// <summary>What an instant (UTC) is on the tenant's clock and calendar.</summary>
    public LocalMoment MomentOf(DateTime utc)
    {
        var local = _clock.LocalOf(utc);
        var day = DayOf(local);
        return new LocalMoment(local, day, IsInsideHours(local.TimeOfDay));
    }

    /// <summary>Time and zone, for people: <c>23:10 Europe/Amsterdam</c>.</summary>
    public string ClockOf(DateTime utc) => string.Create(CultureInfo.InvariantCulture, $"{_clock.LocalOf(utc):HH:mm} {ZoneId}");

    // Start in, end out. Hours that end before they start run over midnight; equal ends mean round the clock.
    private bool IsInsideHours(TimeSpan time)
    {
        var start = _tenant.BusinessStart.ToTimeSpan();
        var end = _tenant.BusinessEnd.ToTimeSpan();
        return start < end ? time >= start && time < end : time >= start || time < end;
    }

    private LocalDay DayOf(DateTime local)
    {
        var number = (int)(local.Ticks / TimeSpan.TicksPerDay);
        var day = _days[number % DaysKept];
        if (day is null || day.Number != number)
        {
            var date = DateOnly.FromDayNumber(number);
            day = new LocalDay(number, date.DayOfWeek, _tenant.Weekend.Contains(date.DayOfWeek), _tenant.Holidays.NameOf(date));
            _days[number % DaysKept] = day;
        }

        return day;
    }
}

/// <summary>A date of the tenant's calendar.</summary>
internal sealed record LocalDay(int Number, DayOfWeek DayOfWeek, bool IsWeekend, string? Holiday);
