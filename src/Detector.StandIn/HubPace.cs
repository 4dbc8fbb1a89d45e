using System.Globalization;
using System.Text;

namespace Detector.StandIn;

/// <summary>
/// Says when the next record may go: so many a second, or as fast as the time in the records goes by, or a multiple of that.
/// </summary>
/// <param name="recordsASecond">At most so many; null for no bound.</param>
/// <param name="speed">How many times faster than the records' own time; null for as fast as the broker takes them.</param>
/// <param name="clock">Measures the time.</param>
/// <param name="stop">Ends a wait.</param>
public sealed class HubPace(double? recordsASecond, double? speed, TimeProvider clock, CancellationToken stop)
{
    private static readonly TimeSpan s_waitMin = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan s_holdFor = TimeSpan.FromMilliseconds(20);

    private readonly long _began = clock.GetTimestamp();
    private DateTime? _first;
    private long _records;
    private TimeSpan _due;

    /// <summary>Asked with how many records went before: while it says yes the next one waits, for a receiver that is behind. Null for never.</summary>
    public Func<long, bool>? Holds { get; init; }

    /// <summary>Whether the record is not due yet.</summary>
    internal bool MustWait(ReadOnlySpan<byte> record)
    {
        _records++;
        _due = recordsASecond is { } rate ? TimeSpan.FromSeconds((_records - 1) / rate) : TimeSpan.Zero;
        if (speed is { } times && TimeOf(record) is { } time)
        {
            _first ??= time;
            var at = (time - _first.Value) / times;
            if (at > _due) _due = at;
        }

        return _due - clock.GetElapsedTime(_began) > s_waitMin || Holds?.Invoke(_records - 1) == true;
    }

    /// <summary>Waits until it is.</summary>
    internal void Wait()
    {
        var left = _due - clock.GetElapsedTime(_began);
        if (left > TimeSpan.Zero) stop.WaitHandle.WaitOne(left);
        stop.ThrowIfCancellationRequested();
        while (Holds?.Invoke(_records - 1) == true)
        {
            stop.WaitHandle.WaitOne(s_holdFor);
            stop.ThrowIfCancellationRequested();
        }
    }

    // The records of the simulation begin with their time.
    private static DateTime? TimeOf(ReadOnlySpan<byte> record)
    {
        var key = record.IndexOf("\"time\":"u8);
        if (key < 0) return null;
        var from = record[(key + 7)..].IndexOf((byte)'"') + key + 8;
        var length = record[from..].IndexOf((byte)'"');
        return length > 0 && DateTime.TryParse(Encoding.ASCII.GetString(record.Slice(from, length)), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
    }
}
