using System.Runtime.InteropServices;
using Detector.Engine.Streams;

namespace Detector.Engine.Windows;

/// <summary>
/// When each value of each group was last seen, of values that no open episode concerns: about 90 bytes a value, so that all
/// accounts of a large tenant can be remembered for months.
/// </summary>
internal sealed class FirstSeenMemory(TimeSpan history, bool refresh)
{
    /// <summary>At most so many values are remembered; beyond that the eighth that was not seen for longest is forgotten, and counted.</summary>
    public const int ValuesMax = WindowLimits.ValuesPerRule;

    private static readonly TimeSpan s_sweepEvery = TimeSpan.FromDays(1);

    private readonly Dictionary<GroupValue, Seen> _values = [];
    private DateTime _swept = DateTime.MinValue;

    public int Count => _values.Count;

    /// <summary>Values forgotten although they were still within the history.</summary>
    public long Forgotten { get; private set; }

    /// <summary>
    /// Whether an event certainly does not show a new value: it was seen, by an event that is final, within the history.
    /// The sighting is remembered.
    /// </summary>
    /// <param name="key">Group and value.</param>
    /// <param name="time">Of the event.</param>
    /// <param name="watermark">No event before it will come.</param>
    public bool IsKnown(in GroupValue key, DateTime time, DateTime watermark)
    {
        ref var seen = ref CollectionsMarshal.GetValueRefOrNullRef(_values, key);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref seen)) return false;
        if (seen.Newest <= watermark.Ticks) seen.Settled = seen.Newest;
        var before = seen.Newest <= time.Ticks ? seen.Newest : seen.Settled;
        if (before < time.Ticks - history.Ticks) return false;
        if (refresh && time.Ticks > seen.Newest) seen.Newest = time.Ticks;
        return true;
    }

    /// <summary>Takes the value out, to be decided with its events; null when it is not known.</summary>
    public DateTime? Take(in GroupValue key) => _values.Remove(key, out var seen) ? new DateTime(seen.Newest, DateTimeKind.Utc) : null;

    /// <summary>Puts a value back, whose events are all final.</summary>
    public void Put(in GroupValue key, DateTime seen)
    {
        if (_values.Count >= ValuesMax && !_values.ContainsKey(key)) Shrink();
        _values[key] = new Seen { Settled = seen.Ticks, Newest = seen.Ticks };
    }

    /// <summary>Forgets what is older than the history.</summary>
    public void Advance(DateTime watermark)
    {
        if (watermark - _swept < s_sweepEvery) return;
        _swept = watermark;
        var limit = (watermark == DateTime.MaxValue ? watermark : WindowLogic.Subtract(watermark, history)).Ticks;
        foreach (var (key, seen) in _values)
        {
            if (seen.Newest < limit) _values.Remove(key);
        }
    }

    public void Save(BinaryWriter output)
    {
        output.Write(_values.Count);
        foreach (var (key, seen) in _values.OrderBy(pair => pair.Key.Group.High).ThenBy(pair => pair.Key.Group.Low).ThenBy(pair => pair.Key.Value.High).ThenBy(pair => pair.Key.Value.Low))
        {
            output.Write(key.Group.High);
            output.Write(key.Group.Low);
            output.Write(key.Value.High);
            output.Write(key.Value.Low);
            output.Write(seen.Settled);
            output.Write(seen.Newest);
        }
    }

    public void Restore(BinaryReader input)
    {
        for (var left = input.ReadInt32(); left > 0; left--)
            _values[new GroupValue(new Key128(input.ReadUInt64(), input.ReadUInt64()), new Key128(input.ReadUInt64(), input.ReadUInt64()))] = new Seen { Settled = input.ReadInt64(), Newest = input.ReadInt64() };
    }

    private void Shrink()
    {
        var times = new long[_values.Count];
        var at = 0;
        foreach (var seen in _values.Values) times[at++] = seen.Newest;
        Array.Sort(times);
        var limit = times[times.Length / 8];
        foreach (var (key, seen) in _values)
        {
            if (seen.Newest > limit) continue;
            _values.Remove(key);
            Forgotten++;
        }
    }

    // Settled is the last sighting known to be final, Newest the last of all. Both say no more than that some event was then.
    [StructLayout(LayoutKind.Sequential)]
    private struct Seen
    {
        public long Settled;
        public long Newest;
    }
}
