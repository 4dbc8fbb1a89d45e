namespace Detector.Engine.Enrichment;

/// <summary>Names the holiday on a date of the tenant's calendar. Immutable.</summary>
public sealed class HolidayCalendar
{
    private readonly Dictionary<DateOnly, string> _days = [];

    /// <summary>No holidays.</summary>
    public static HolidayCalendar None { get; } = new();

    /// <summary>The name of the holiday, or null on other days.</summary>
    public string? NameOf(DateOnly date) => _days.GetValueOrDefault(date);
}
