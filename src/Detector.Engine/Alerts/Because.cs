using System.Globalization;
using Detector.Engine.Enrichment;
using Detector.Engine.Logs;
using Detector.Engine.Rules;

namespace Detector.Engine.Alerts;

/// <summary>Says in a few words why a factor gave points: what a person at night needs to believe or dismiss it.</summary>
internal sealed class Because(TenantProfile tenant, FieldSchema schema)
{
    private readonly TenantCalendar _calendar = new(tenant);

    /// <summary>Fields of records are cut here: they are written by whoever made the record.</summary>
    private const int ValueCharsMax = 120;

    /// <summary>The reasons of a condition that held, or did not (then the fields it looked at are named).</summary>
    public string Of(WhenFactor factor, LogEvent scored, bool held)
    {
        var slots = new SortedSet<int>();
        if (held) factor.When.Explain(scored, slots);
        if (slots.Count == 0) factor.When.CollectSlots(slots);
        return string.Join(", ", slots.Select(slot => OfField(slot, scored)).Distinct(StringComparer.Ordinal));
    }

    /// <summary>The reason of a count.</summary>
    public static string Of(CountFactor factor, Rule counted, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} × {counted.Title} in the {Span(factor.Within)} before");

    private string OfField(int slot, LogEvent scored)
    {
        var local = _calendar.Local(scored.Time);
        var value = Cut(scored[slot].ToString());
        return slot >= CanonicalFields.Count ? $"{schema.Fields[slot].Name} is {value}" : (CanonicalField)slot switch
        {
            CanonicalField.RoleTier => $"{RoleName(scored)} {(scored[slot].IsPresent ? $"is tier {value}" : "has no known tier")}",
            CanonicalField.TimeOffHours or CanonicalField.TimeHour or CanonicalField.TimeWorking => _calendar.Clock(local),
            CanonicalField.TimeWeekend or CanonicalField.TimeDayOfWeek => local.DayOfWeek.ToString(),
            CanonicalField.TimeHoliday => _calendar.HolidayOf(local) ?? "no holiday",
            CanonicalField.AccountBreakGlass when string.Equals(value, "true", StringComparison.Ordinal) =>
                $"{Cut(scored.Text(CanonicalField.UserUpn) ?? scored.Text(CanonicalField.ActorUpn) ?? "the account")} is a break-glass account",
            var field => scored[slot].IsPresent ? $"{CanonicalFields.Name(field)} is {value}" : $"{CanonicalFields.Name(field)} is not known",
        };
    }

    private static string RoleName(LogEvent scored) =>
        Cut(scored.Text(CanonicalField.RoleName) ?? scored.Text(CanonicalField.RoleId) ?? "the role");

    private static string Cut(string text) => text.Length <= ValueCharsMax ? text : string.Concat(text.AsSpan(0, ValueCharsMax), "…");

    private static string Span(TimeSpan span) =>
        span == TimeSpan.FromHours(1) ? "hour" :
        span == TimeSpan.FromDays(1) ? "day" :
        span.Ticks % TimeSpan.TicksPerDay == 0 ? $"{span.Days} days" :
        span.Ticks % TimeSpan.TicksPerHour == 0 ? $"{span.TotalHours:0} hours" :
        span.Ticks % TimeSpan.TicksPerMinute == 0 ? $"{span.TotalMinutes:0} minutes" : span.ToString();
}
