namespace Detector.Engine.Enrichment;

/// <summary>An instant on a tenant's clock and calendar. Made by <see cref="TenantCalendar"/>.</summary>
public readonly struct LocalMoment
{
    private readonly LocalDay _day;
    private readonly bool _isInsideHours;

    internal LocalMoment(DateTime local, LocalDay day, bool isInsideHours)
    {
        Local = local;
        _day = day;
        _isInsideHours = isInsideHours;
    }

    /// <summary>The wall clock's date and time, to the tick.</summary>
    public DateTime Local { get; }

    /// <summary>The local day of the week.</summary>
    public DayOfWeek DayOfWeek => _day.DayOfWeek;

    /// <summary>The name of the holiday of the local date; null on other days.</summary>
    public string? HolidayName => _day.Holiday;

    /// <summary>The clock stands outside business hours, whatever the day.</summary>
    public bool IsOffHours => !_isInsideHours;

    /// <summary>The local date is one of the tenant's days without work.</summary>
    public bool IsWeekend => _day.IsWeekend;

    /// <summary>The local date is a holiday.</summary>
    public bool IsHoliday => _day.Holiday is not null;

    /// <summary>Inside hours, and neither weekend nor holiday.</summary>
    public bool IsWorking => _isInsideHours && !IsWeekend && !IsHoliday;
}
