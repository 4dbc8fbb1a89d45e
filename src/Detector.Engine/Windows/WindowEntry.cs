using Detector.Engine.Logs;
using Detector.Engine.Streams;

namespace Detector.Engine.Windows;

/// <summary>An event in a group of a window rule: for which inputs it stands, and whether the rule holds at it.</summary>
internal sealed class WindowEntry(Key128 id, DateTime time, LogEvent logged, ulong inputs)
{
    public Key128 Id { get; } = id;

    /// <summary>When it became true: the event's own time, but for the finding of an absence.</summary>
    public DateTime Time { get; } = time;

    public LogEvent Event { get; } = logged;

    /// <summary>A bit for each input of the rule.</summary>
    public ulong Inputs { get; set; } = inputs;

    /// <summary>Whether the rule holds at it; kept up by <see cref="WindowLogic.Mark"/>.</summary>
    public bool IsHit { get; set; }

    /// <summary>Of an absence: the time for answers is over, and <see cref="IsHit"/> does not change any more.</summary>
    public bool IsJudged { get; set; }

    public bool IsOf(int input) => (Inputs >> input & 1) != 0;

    /// <summary>By time, then record id (and by what it stands for, where one record stands twice): an order that does not depend on arrival.</summary>
    public int CompareTo(DateTime time, string record, Key128 id)
    {
        var compared = Time.CompareTo(time);
        if (compared == 0) compared = string.CompareOrdinal(Event.Id, record);
        if (compared == 0) compared = Id.High.CompareTo(id.High);
        return compared != 0 ? compared : Id.Low.CompareTo(id.Low);
    }
}
