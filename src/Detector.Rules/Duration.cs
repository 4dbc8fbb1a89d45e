using System.Globalization;

namespace Detector.Rules;

/// <summary>Lengths of time as rule files write them: <c>90s</c>, <c>15m</c>, <c>1h</c>, <c>2d</c>, <c>1t</c> (a tick, 100 ns), and sums (<c>1h30m</c>).</summary>
public static class Duration
{
    /// <summary>Reads a length of time; false when the text is none.</summary>
    public static bool TryParse(string text, out TimeSpan span)
    {
        span = TimeSpan.Zero;
        var at = 0;
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            if (at == start || at == text.Length || at - start > 9 || !TryUnit(text[at], out var unit)) return false;
            var number = long.Parse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture);
            if (number > TimeSpan.MaxValue.Ticks / 4 / unit) return false;
            var step = TimeSpan.FromTicks(number * unit);
            if (step > TimeSpan.FromDays(36_500)) return false;
            span += step;
            if (span > TimeSpan.FromDays(36_500)) return false;
            at++;
        }

        return text.Length > 0;
    }

    private static bool TryUnit(char letter, out long ticks)
    {
        ticks = letter switch
        {
            't' => 1,
            's' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMinute,
            'h' => TimeSpan.TicksPerHour,
            'd' => TimeSpan.TicksPerDay,
            'w' => 7 * TimeSpan.TicksPerDay,
            _ => 0,
        };
        return ticks > 0;
    }
}
