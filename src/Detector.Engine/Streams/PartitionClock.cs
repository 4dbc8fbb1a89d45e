namespace Detector.Engine.Streams;

/// <summary>
/// The greatest event time of one partition that can be believed. Where arrival is known (live), what is dated more
/// than <see cref="AheadMax"/> after its arrival does not move the clock. In a replay a jump of more than
/// <see cref="AheadMax"/> is followed once <see cref="AgreeMin"/> records agree on it to within a day, or once
/// <see cref="WaitingMax"/> records wait ahead of the clock; then it goes to the earliest of them.
/// </summary>
internal sealed class PartitionClock
{
    /// <summary>How far a single record may move the clock.</summary>
    public static readonly TimeSpan AheadMax = TimeSpan.FromMinutes(10);

    /// <summary>How many records must agree on a jump.</summary>
    public const int AgreeMin = 3;

    /// <summary>How many records may wait ahead of the clock without agreeing.</summary>
    public const int WaitingMax = 64;

    private static readonly TimeSpan s_agreeWithin = TimeSpan.FromDays(1);

    // Times ahead of the clock that have not been believed yet, ascending.
    private readonly List<DateTime> _waiting = [];

    public DateTime Time { get; private set; } = DateTime.MinValue;

    public DateTime? LastArrival { get; private set; }

    // When it was last known not to be silent: by a record, or because reading began.
    private DateTime? _heard;

    public bool IsSilent { get; private set; }

    /// <summary>Returns whether the clock moved.</summary>
    public bool Observe(DateTime time, DateTime? arrival)
    {
        if (arrival is { } at)
        {
            Arrive(at);
            return time - at <= AheadMax && Raise(time);
        }

        if (time <= Time) return false;
        if (Time != DateTime.MinValue && time - Time <= AheadMax) return Raise(time);
        Wait(time);
        return Follow();
    }

    /// <summary>A record ends a silence; returns whether there was one.</summary>
    public bool HeardAt(DateTime? arrival)
    {
        if (arrival is { } at) Arrive(at);
        if (!IsSilent || arrival is null) return false;
        IsSilent = false;
        return true;
    }

    /// <summary>From <paramref name="now"/> on its records can come: what was before says nothing of a silence.</summary>
    public void Expect(DateTime now)
    {
        if (_heard is null || now > _heard) _heard = now;
        IsSilent = false;
    }

    public bool MarkSilence(DateTime now, TimeSpan silence) => IsSilent = _heard is { } at && now - at > silence;

    public void Save(BinaryWriter output)
    {
        output.Write(Time.Ticks);
        output.Write(LastArrival?.Ticks ?? -1);
        output.Write(_heard?.Ticks ?? -1);
        output.Write(IsSilent);
        output.Write(_waiting.Count);
        foreach (var time in _waiting) output.Write(time.Ticks);
    }

    public static PartitionClock Restore(BinaryReader input)
    {
        var clock = new PartitionClock { Time = new DateTime(input.ReadInt64(), DateTimeKind.Utc) };
        var arrival = input.ReadInt64();
        clock.LastArrival = arrival < 0 ? null : new DateTime(arrival, DateTimeKind.Utc);
        var heard = input.ReadInt64();
        clock._heard = heard < 0 ? null : new DateTime(heard, DateTimeKind.Utc);
        clock.IsSilent = input.ReadBoolean();
        for (var left = input.ReadInt32(); left > 0; left--) clock._waiting.Add(new DateTime(input.ReadInt64(), DateTimeKind.Utc));
        return clock;
    }

    private void Arrive(DateTime at)
    {
        if (LastArrival is null || at > LastArrival) LastArrival = at;
        if (_heard is null || at > _heard) _heard = at;
    }

    private void Wait(DateTime time)
    {
        var at = _waiting.BinarySearch(time);
        _waiting.Insert(at < 0 ? ~at : at, time);
    }

    private bool Follow()
    {
        var agreed = -1;
        for (var i = 0; i + AgreeMin <= _waiting.Count; i++)
        {
            if (_waiting[i + AgreeMin - 1] - _waiting[i] > s_agreeWithin) continue;
            agreed = i;
            break;
        }

        if (agreed < 0 && _waiting.Count >= WaitingMax) agreed = 0;
        return agreed >= 0 && Raise(_waiting[agreed]);
    }

    private bool Raise(DateTime time)
    {
        if (time <= Time) return false;
        Time = time;
        // What waited and is now near is believed too, each step carrying the next.
        var reached = 0;
        for (; reached < _waiting.Count && (_waiting[reached] <= Time || _waiting[reached] - Time <= AheadMax); reached++)
        {
            if (_waiting[reached] > Time) Time = _waiting[reached];
        }

        _waiting.RemoveRange(0, reached);
        return true;
    }
}
