namespace Detector.Engine.Enrichment;

/// <summary>
/// UTC to local time of one zone, as <see cref="TimeZoneInfo"/> gives it, at a fraction of its cost: the offsets of a UTC
/// day are looked up once and kept. Thread-safe; memory is fixed.
/// </summary>
internal sealed class LocalClock(TimeZoneInfo zone)
{
    // A day has its slot by number: two months of a log stay in memory, and a log that jumps about only looks up again.
    private const int DaysKept = 64;

    private readonly DayOffsets?[] _days = new DayOffsets?[DaysKept];

    /// <summary>The zone.</summary>
    public TimeZoneInfo Zone { get; } = zone;

    /// <summary>Local time at an instant (whatever its kind says, it is UTC), held within the range of dates.</summary>
    public DateTime LocalOf(DateTime utc)
    {
        var ticks = Math.Clamp(utc.Ticks + OffsetTicksAt(utc), DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
        return new DateTime(ticks, DateTimeKind.Unspecified);
    }

    private long OffsetTicksAt(DateTime utc)
    {
        var number = (int)(utc.Ticks / TimeSpan.TicksPerDay);

        // Readers on other threads see either object whole: it is immutable and its reference is written at once.
        var day = _days[number % DaysKept];
        if (day is null || day.Number != number) _days[number % DaysKept] = day = LookUp(number);
        return utc.Ticks < day.ChangeTicks ? day.BeforeTicks : day.AfterTicks;
    }

    private DayOffsets LookUp(int number)
    {
        var first = number * TimeSpan.TicksPerDay;
        var last = Math.Min(first + TimeSpan.TicksPerDay - 1, DateTime.MaxValue.Ticks);
        var before = ZoneOffsetAt(first);
        var after = ZoneOffsetAt(last);
        if (before == after) return new DayOffsets(number, long.MaxValue, before, before);

        // The clock changes within this day: halve to the first tick of the new offset.
        while (last - first > 1)
        {
            var middle = first + ((last - first) / 2);
            if (ZoneOffsetAt(middle) == before) first = middle;
            else last = middle;
        }

        return new DayOffsets(number, last, before, after);
    }

    private long ZoneOffsetAt(long ticks) => Zone.GetUtcOffset(new DateTime(ticks, DateTimeKind.Utc)).Ticks;

    /// <summary>The offsets of one UTC day: until the change, and from it on.</summary>
    private sealed record DayOffsets(int Number, long ChangeTicks, long BeforeTicks, long AfterTicks);
}
