using System.Runtime.InteropServices;

namespace Detector.Engine.Streams;

/// <summary>
/// Matches of one rule, by join key, for as long as a window that looks back may still ask for them. One entry is
/// 64 bytes; with its key a user with one match costs under 200. Entries leave in order of arrival once they have
/// expired; one that is dated ahead of the clock goes to the back of the queue, so that it never blocks the way.
/// </summary>
internal sealed class CountWindow(TimeSpan retention)
{
    /// <summary>Of one key at most so many matches are kept: the earliest arrived leave first, and are counted.</summary>
    public const int EntriesPerKeyMax = 10_000;

    private const int PageSize = 4096;

    private readonly Dictionary<Key128, Chain> _chains = [];
    private readonly Dictionary<long, string> _texts = [];
    private readonly List<Entry[]> _pages = [];
    private long _base;   // sequence number of the first slot of the first page
    private long _first;  // first live entry
    private long _next;   // where the next one goes

    public TimeSpan Retention { get; } = retention;

    /// <summary>How many matches are kept.</summary>
    public long Count => _next - _first - Dropped;

    /// <summary>How many keys have any.</summary>
    public int Keys => _chains.Count;

    /// <summary>Matches that left because their key had too many.</summary>
    public long Overflowed { get; private set; }

    // Entries that overflow removed from their chain but not yet from the queue.
    private long Dropped { get; set; }

    public void Add(Key128 join, Key128 attempt, string id, DateTime time, int kind) => Add(join, attempt, id, Key128.Of(id), time, kind);

    /// <summary>As the other, where the key of the id is known.</summary>
    public void Add(Key128 join, Key128 attempt, string id, Key128 key, DateTime time, int kind)
    {
        Append(join, new Entry { Join = join, Attempt = attempt, Id = key, Ticks = time.Ticks, Kind = kind }, Key128.IsReversible(id, key) ? null : id);
    }

    /// <summary>The matches of a key in [from, to], in no order that means anything.</summary>
    public void Collect(Key128 join, DateTime from, DateTime to, List<CountedMatch> into)
    {
        if (!_chains.TryGetValue(join, out var chain)) return;
        var at = chain.First;
        for (var left = chain.Count; left > 0; left--)
        {
            ref var entry = ref At(at);
            if (entry.Ticks >= from.Ticks && entry.Ticks <= to.Ticks)
                into.Add(new CountedMatch(new DateTime(entry.Ticks, DateTimeKind.Utc), entry.Attempt, TextOf(at, entry), entry.Kind));
            at += entry.Step;
        }
    }

    /// <summary>How many matches <see cref="Collect"/> would give.</summary>
    public int CountOf(Key128 join, DateTime from, DateTime to)
    {
        if (!_chains.TryGetValue(join, out var chain)) return 0;
        var count = 0;
        var at = chain.First;
        for (var left = chain.Count; left > 0; left--)
        {
            ref var entry = ref At(at);
            if (entry.Ticks >= from.Ticks && entry.Ticks <= to.Ticks) count++;
            at += entry.Step;
        }

        return count;
    }

    /// <summary>Drops what no window can ask for any more.</summary>
    /// <param name="watermark">No record before it will come.</param>
    /// <param name="ahead">What is dated after it is ahead of the clock and must not keep those behind it in memory.</param>
    public void Advance(DateTime watermark, DateTime ahead)
    {
        if (watermark - DateTime.MinValue < Retention) return;
        var expired = (watermark == DateTime.MaxValue ? watermark : watermark - Retention).Ticks;
        var end = _next;
        while (_first < end)
        {
            ref var entry = ref At(_first);
            if (!entry.IsGone && entry.Ticks >= expired)
            {
                if (entry.Ticks <= ahead.Ticks) return;
                var copy = entry;
                _texts.Remove(_first, out var text);
                RemoveFirst(copy.Join);
                Pop();
                Append(copy.Join, copy, text);
                continue;
            }

            if (entry.IsGone) Dropped--;
            else RemoveFirst(entry.Join);
            _texts.Remove(_first);
            Pop();
        }
    }

    public void Save(BinaryWriter output)
    {
        output.Write(Count);
        for (var at = _first; at < _next; at++)
        {
            ref var entry = ref At(at);
            if (entry.IsGone) continue;
            output.Write(entry.Join.High);
            output.Write(entry.Join.Low);
            output.Write(entry.Attempt.High);
            output.Write(entry.Attempt.Low);
            output.Write(TextOf(at, entry));
            output.Write(entry.Ticks);
            output.Write(entry.Kind);
        }
    }

    public void Restore(BinaryReader input, Func<int, int> kindOf)
    {
        for (var left = input.ReadInt64(); left > 0; left--)
        {
            var join = new Key128(input.ReadUInt64(), input.ReadUInt64());
            var attempt = new Key128(input.ReadUInt64(), input.ReadUInt64());
            var id = input.ReadString();
            var time = new DateTime(input.ReadInt64(), DateTimeKind.Utc);
            Add(join, attempt, id, time, kindOf(input.ReadInt32()));
        }
    }

    private void Append(Key128 join, Entry entry, string? text)
    {
        if (_next - _base == (long)_pages.Count * PageSize) _pages.Add(new Entry[PageSize]);
        ref var chain = ref CollectionsMarshal.GetValueRefOrAddDefault(_chains, join, out var known);
        if (known && chain.Count == EntriesPerKeyMax)
        {
            ref var first = ref At(chain.First);
            first.IsGone = true;
            chain.First += first.Step;
            chain.Count--;
            Dropped++;
            Overflowed++;
        }

        if (known) At(chain.Last).Step = _next - chain.Last;
        else chain.First = _next;
        chain.Last = _next;
        chain.Count++;
        entry.Step = 0;
        entry.IsGone = false;
        At(_next) = entry;
        if (text is not null) _texts.Add(_next, text);
        _next++;
    }

    // The first entry of the queue is the first of its chain: both are in order of arrival.
    private void RemoveFirst(Key128 join)
    {
        ref var chain = ref CollectionsMarshal.GetValueRefOrNullRef(_chains, join);
        if (chain.Count == 1)
        {
            _chains.Remove(join);
            return;
        }

        chain.First += At(chain.First).Step;
        chain.Count--;
    }

    private void Pop()
    {
        _first++;
        if (_first - _base < PageSize) return;
        var page = _pages[0];
        _pages.RemoveAt(0);
        _base += PageSize;
        if (_pages.Count < 2) _pages.Add(page);
    }

    private string TextOf(long at, in Entry entry) => _texts.TryGetValue(at, out var text) ? text : entry.Id.ToGuid().ToString();

    private ref Entry At(long sequence) => ref _pages[(int)((sequence - _base) / PageSize)][(sequence - _base) % PageSize];

    [StructLayout(LayoutKind.Auto)]
    private struct Chain
    {
        public long First;
        public long Last;
        public int Count;
    }

    // 64 bytes: three keys, a time, and Step (distance to the next entry of the chain), Gone and Kind in one word.
    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        private const int StepBits = 40;
        private const int GoneBit = 41;
        private const int KindShift = 42;

        public Key128 Join;
        public Key128 Attempt;
        public Key128 Id;
        public long Ticks;
        private ulong _word;

        public long Step
        {
            readonly get => (long)(_word & ((1UL << StepBits) - 1));
            set => _word = (_word & ~((1UL << StepBits) - 1)) | (ulong)value;
        }

        public bool IsGone
        {
            readonly get => (_word >> GoneBit & 1) != 0;
            set => _word = value ? _word | 1UL << GoneBit : _word & ~(1UL << GoneBit);
        }

        public int Kind
        {
            readonly get => (int)(_word >> KindShift);
            set => _word = (_word & ((1UL << KindShift) - 1)) | unchecked((ulong)value << KindShift);
        }
    }
}

/// <summary>One counted match: its time, what it is an attempt of, its record id, and its <see cref="EventKinds"/> number.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CountedMatch(DateTime Time, Key128 Attempt, string Id, int Kind);
