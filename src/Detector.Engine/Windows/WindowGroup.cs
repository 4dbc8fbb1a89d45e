using Detector.Engine.Logs;
using Detector.Engine.Streams;

namespace Detector.Engine.Windows;

/// <summary>The events of one group of one window rule that can still matter, by time, and what was said of them.</summary>
internal sealed class WindowGroup(WindowTable table, Key128 key)
{
    /// <summary>Of one group at most so many events are kept; the oldest are dropped, and counted.</summary>
    public const int EntriesMax = WindowLimits.EventsPerGroup;

    private static readonly List<WindowEpisode> s_none = [];

    private List<WindowEpisode>? _open;
    private DateTime _changedFrom = DateTime.MaxValue;
    private DateTime _changedTo;
    private int _hits;

    public WindowTable Table { get; } = table;

    public Key128 Key { get; } = key;

    /// <summary>Of a first-seen rule: the value that it is about.</summary>
    public SeenValue? Value { get; init; }

    // Most groups have one event and never say anything.
    public List<WindowEntry> Entries { get; } = new(1);

    /// <summary>Whether the rule holds at any of the events.</summary>
    public bool HasHits => _hits > 0;

    /// <summary>Episodes that late events can still change, eldest first.</summary>
    public IReadOnlyList<WindowEpisode> Open => _open ?? s_none;

    /// <summary>What lies at or before it has been said and is final.</summary>
    public DateTime DealtUntil { get; set; } = DateTime.MinValue;

    /// <summary>When it is looked at next without an event; <see cref="DateTime.MaxValue"/> when not queued.</summary>
    public DateTime QueuedFor { get; set; } = DateTime.MaxValue;

    public bool IsTouched { get; set; }

    /// <summary>Whether its table has let go of it.</summary>
    public bool IsGone { get; set; }

    /// <summary>Whether it waits to have its past events forgotten.</summary>
    public bool IsResting { get; set; }

    /// <summary>Every event before it has been judged, where a rule judges once. Not part of the state: it only saves a look.</summary>
    public DateTime JudgedUntil { get; set; } = DateTime.MinValue;

    /// <summary>
    /// Every event before it is judged or has its answer, where a rule judges once: time alone makes none of them a hit. Not part of
    /// the state: it only saves a look.
    /// </summary>
    public DateTime AnsweredUntil { get; set; } = DateTime.MinValue;

    /// <summary>Earliest and latest time that changed since the last look.</summary>
    public (DateTime From, DateTime To)? Changed => _changedFrom <= _changedTo ? (_changedFrom, _changedTo) : null;

    /// <summary>Adds an event, or another input to one that is here; returns how many were dropped for it.</summary>
    /// <param name="id">Of the event.</param>
    /// <param name="time">When it became true.</param>
    /// <param name="logged">The event.</param>
    /// <param name="input">The input of the rule that it is for.</param>
    /// <param name="past">What lies before it may go without being counted.</param>
    public int Put(Key128 id, DateTime time, LogEvent logged, int input, DateTime past)
    {
        Note(time);
        if (time < AnsweredUntil) AnsweredUntil = time;
        var at = Find(time, logged.Id, id);
        if (at >= 0)
        {
            Entries[at].Inputs |= 1UL << input;
            return 0;
        }

        Entries.Insert(~at, new WindowEntry(id, time, logged, 1UL << input));
        if (Entries.Count <= EntriesMax) return 0;

        // What held with it in the window held: to look at all of them again for each event of a flood would cost a flood of work.
        var oldest = Entries[0];
        RemoveAt(0);
        return oldest.Time < past && !oldest.IsHit ? 0 : 1;
    }

    /// <summary>Takes an input away from an event: the finding that it stood for no longer holds, or moved.</summary>
    public void Take(Key128 id, DateTime time, LogEvent logged, int input)
    {
        var at = Find(time, logged.Id, id);
        if (at < 0) return;
        Note(time);

        // It may have been the answer to any.
        AnsweredUntil = DateTime.MinValue;
        Entries[at].Inputs &= ~(1UL << input);
        if (Entries[at].Inputs == 0) RemoveAt(at);
    }

    /// <summary>Puts back an entry from a snapshot, with what was known of it.</summary>
    public void Restore(WindowEntry entry)
    {
        var at = Find(entry.Time, entry.Event.Id, entry.Id);
        if (at >= 0) return;
        Entries.Insert(~at, entry);
        if (entry.IsHit) _hits++;
    }

    /// <summary>Says whether the rule holds at an event.</summary>
    public void SetHit(WindowEntry entry, bool isHit)
    {
        if (entry.IsHit == isHit) return;
        entry.IsHit = isHit;
        _hits += isHit ? 1 : -1;
    }

    /// <summary>Forgets the first events.</summary>
    public void RemoveFirst(int count)
    {
        for (var i = 0; i < count; i++) _hits -= Entries[i].IsHit ? 1 : 0;
        Entries.RemoveRange(0, count);
    }

    public void ChangesAreMarked() => (_changedFrom, _changedTo) = (DateTime.MaxValue, DateTime.MinValue);

    public void Note(DateTime time)
    {
        if (time < _changedFrom) _changedFrom = time;
        if (time > _changedTo) _changedTo = time;
    }

    public void AddOpen(WindowEpisode episode) => (_open ??= new(1)).Add(episode);

    public void RemoveOpen(WindowEpisode episode) => _open?.Remove(episode);

    public void RemoveOpen(Predicate<WindowEpisode> isGone) => _open?.RemoveAll(isGone);

    /// <summary>Index of the first entry at or after <paramref name="time"/>.</summary>
    public int From(DateTime time)
    {
        var (low, high) = (0, Entries.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Entries[middle].Time < time) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Index after the last entry at or before <paramref name="time"/>.</summary>
    public int After(DateTime time) => time == DateTime.MaxValue ? Entries.Count : From(time.AddTicks(1));

    private void RemoveAt(int at)
    {
        if (Entries[at].IsHit) _hits--;
        Entries.RemoveAt(at);
    }

    private int Find(DateTime time, string record, Key128 id)
    {
        // Events come mostly in order, so the end is looked at first.
        if (Entries.Count == 0 || Entries[^1].CompareTo(time, record, id) < 0) return ~Entries.Count;
        var (low, high) = (0, Entries.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var compared = Entries[middle].CompareTo(time, record, id);
            if (compared == 0) return middle;
            if (compared < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }
}
