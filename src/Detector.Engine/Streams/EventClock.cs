namespace Detector.Engine.Streams;

/// <summary>
/// The watermark of a stream: the greatest event time seen, less the allowed lateness, held back by the slowest
/// partition. It never goes back. Pure: wall-clock times are handed in by whoever has a clock.
/// </summary>
public sealed class EventClock
{
    // Few, and looked through for every record: a list beats a tree.
    private readonly List<(int Number, PartitionClock Clock)> _partitions = [];
    private readonly TimeSpan _silence;

    /// <summary>A clock that has seen nothing.</summary>
    /// <param name="lateness">How long after its event time a record may arrive and still count.</param>
    /// <param name="silence">After this long without a record a partition no longer holds the watermark back.</param>
    public EventClock(TimeSpan lateness, TimeSpan? silence = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lateness, TimeSpan.Zero);
        Lateness = lateness;
        _silence = silence ?? TimeSpan.FromMinutes(2);
    }

    /// <summary>The allowed lateness.</summary>
    public TimeSpan Lateness { get; }

    /// <summary>No record before this instant will be taken any more; <see cref="DateTime.MinValue"/> at first. UTC.</summary>
    public DateTime Watermark { get; private set; } = DateTime.MinValue;

    /// <summary>Whether a record with this event time comes too late to count.</summary>
    public bool IsLate(DateTime time) => time < Watermark;

    /// <summary>Takes the event time of a record, and moves the watermark if that follows.</summary>
    /// <param name="time">Event time, UTC.</param>
    /// <param name="partition">The partition it came from.</param>
    /// <param name="arrival">When it arrived; null in a replay, where nobody knows.</param>
    public void Observe(DateTime time, int partition = 0, DateTime? arrival = null)
    {
        var clock = ClockOf(partition);
        if (clock.Observe(time, arrival) || clock.HeardAt(arrival)) Recompute();
    }

    /// <summary>
    /// Says what time it is while partitions may be silent. A silent one stops holding the watermark back; when all
    /// are, the clock goes on with the wall clock, but only if the stream was current when the silence began, so that
    /// history that is being read is not thrown into the present.
    /// </summary>
    /// <returns>Whether a partition fell silent or the watermark moved.</returns>
    public bool Tick(DateTime now)
    {
        var before = Watermark;
        var (allSilent, changed) = (_partitions.Count > 0, false);
        foreach (var (_, clock) in _partitions)
        {
            var wasSilent = clock.IsSilent;
            allSilent &= clock.MarkSilence(now, _silence);
            changed |= clock.IsSilent != wasSilent;
        }

        Recompute();
        if (allSilent && IsCurrent) Raise(now - _silence);
        return changed || Watermark != before;
    }

    /// <summary>
    /// From <paramref name="now"/> on records of the partition can come: it holds the watermark back until one does or it is
    /// silent. Said of each partition when reading begins, or begins again.
    /// </summary>
    public void Expect(int partition, DateTime now) => ClockOf(partition).Expect(now);

    /// <summary>
    /// Nothing more comes of the partition: it holds the watermark back no longer, and is not asked whether it is silent. What
    /// the watermark has reached stays.
    /// </summary>
    public void End(int partition) => _partitions.RemoveAll(known => known.Number == partition);

    /// <summary>A record came that says nothing of the time: one that is late, or a copy. It ends a silence.</summary>
    public void Heard(int partition, DateTime? arrival)
    {
        if (arrival is { } at && ClockOf(partition).HeardAt(at)) Recompute();
    }

    // Whether every partition was up to date when it was last heard of.
    private bool IsCurrent => _partitions.TrueForAll(partition => partition.Clock.Time == DateTime.MinValue || partition.Clock.LastArrival - partition.Clock.Time <= Lateness);

    /// <summary>The greatest event time that is believed, as far as the watermark has followed it.</summary>
    public DateTime Newest => Watermark == DateTime.MinValue ? Watermark : Watermark > DateTime.MaxValue - Lateness ? DateTime.MaxValue : Watermark + Lateness;

    /// <summary>Somebody knows that no event before <paramref name="watermark"/> will come any more.</summary>
    public void PassTo(DateTime watermark)
    {
        if (watermark > Watermark) Watermark = watermark;
    }

    /// <summary>The input has ended: nothing will come any more.</summary>
    public void Complete() => Watermark = DateTime.MaxValue;

    internal void Save(BinaryWriter output)
    {
        output.Write(Watermark.Ticks);
        output.Write(_partitions.Count);
        foreach (var (partition, clock) in _partitions.OrderBy(pair => pair.Number))
        {
            output.Write(partition);
            clock.Save(output);
        }
    }

    internal void Restore(BinaryReader input)
    {
        _partitions.Clear();
        Watermark = new DateTime(input.ReadInt64(), DateTimeKind.Utc);
        for (var left = input.ReadInt32(); left > 0; left--)
        {
            var partition = input.ReadInt32();
            _partitions.Add((partition, PartitionClock.Restore(input)));
        }
    }

    private PartitionClock ClockOf(int partition)
    {
        foreach (var (number, known) in _partitions)
        {
            if (number == partition) return known;
        }

        var clock = new PartitionClock();
        _partitions.Add((partition, clock));
        return clock;
    }

    private void Recompute()
    {
        DateTime? slowest = null;
        var newest = DateTime.MinValue;
        foreach (var (_, clock) in _partitions)
        {
            if (clock.Time > newest) newest = clock.Time;
            if (!clock.IsSilent && (slowest is null || clock.Time < slowest)) slowest = clock.Time;
        }

        Raise(slowest ?? newest);
    }

    private void Raise(DateTime time)
    {
        if (time - DateTime.MinValue < Lateness) return;
        var watermark = time - Lateness;
        if (watermark > Watermark) Watermark = watermark;
    }
}
