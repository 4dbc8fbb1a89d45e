using System.Globalization;

namespace Detector.Host.Explain;

/// <summary>Lengths of time as rule files write them.</summary>
internal static class Spans
{
    /// <summary><c>90d</c>, <c>1h30m</c>; the short form of what a rule file may say.</summary>
    public static string Text(TimeSpan span)
    {
        if (span == TimeSpan.Zero) return "0s";
        var parts = new[] { (span.Days, "d"), (span.Hours, "h"), (span.Minutes, "m"), (span.Seconds, "s"), ((int)(span.Ticks % TimeSpan.TicksPerSecond), "t") };
        return string.Concat(parts.Where(part => part.Item1 != 0).Select(part => part.Item1.ToString(CultureInfo.InvariantCulture) + part.Item2));
    }
}
