namespace Detector.Engine.Windows;

/// <summary>Lengths of time in words.</summary>
internal static class Spans
{
    public static string Words(TimeSpan span) =>
        span == TimeSpan.FromHours(1) ? "hour" :
        span == TimeSpan.FromDays(1) ? "day" :
        span.Ticks % TimeSpan.TicksPerDay == 0 ? $"{span.Days} days" :
        span.Ticks % TimeSpan.TicksPerHour == 0 ? $"{span.TotalHours:0} hours" :
        span.Ticks % TimeSpan.TicksPerMinute == 0 ? $"{span.TotalMinutes:0} minutes" : span.ToString();
}
