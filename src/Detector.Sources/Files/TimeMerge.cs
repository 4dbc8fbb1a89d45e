using Detector.Engine.Logs;

namespace Detector.Sources.Files;

/// <summary>
/// Several inputs as one stream by event time. An input is opened when the stream reaches the time of its first
/// record, and some earlier so that there is work for every thread.
/// </summary>
internal sealed class TimeMerge
{
    /// <summary>Events of one batch handed out.</summary>
    private const int BatchEvents = 1024;

    /// <summary>Blocks of one input that may be read ahead.</summary>
    private const int BlocksAhead = 2;

    private readonly Crew _crew;
    private readonly FileSourceOptions _options;
    private readonly Func<InputFile, int, Lane> _open;
    private readonly ReadCount _count;
    private readonly Queue<(InputFile File, DateTime First, int Order)> _waiting;
    private readonly Queue<Head> _ahead = new();
    private readonly PriorityQueue<Head, (DateTime Time, int Order)> _heads = new();
    private readonly EventBatch _merged;
    private Head? _loading;

    public TimeMerge(Crew crew, List<InputFile> files, FileSourceOptions options, Func<InputFile, int, Lane> open, ReadCount count)
    {
        _crew = crew;
        _options = options;
        _open = open;
        _count = count;
        _merged = new EventBatch { Source = files[0].Path };
        var first = new FirstRecord();
        _waiting = new(files
            .Select((file, order) => (File: file, First: OpenInput.FirstTime(file, options, first) ?? DateTime.MinValue, Order: order))
            .OrderBy(entry => entry.First).ThenBy(entry => entry.Order));
    }

    public IEnumerable<EventBatch> Read(CancellationToken cancellation)
    {
        while (true)
        {
            if (_loading is null) OpenDue();
            if (_loading is { } loading) Load(loading, cancellation);
            else if (!Take()) break;
            if (_merged.Events.Count < BatchEvents && _merged.Rejects.Count == 0) continue;
            yield return Counted();
            _merged.Clear();
        }

        yield return Counted();
    }

    // Moves events of the earliest head, as many as come before all others.
    private bool Take()
    {
        if (!_heads.TryDequeue(out var head, out _)) return false;
        var limit = Limit();
        do
        {
            _merged.Events.Add(head.Current);
            if (head.MoveNext()) continue;
            _loading = head;
            return true;
        }
        while (_merged.Events.Count < BatchEvents && (head.Time, head.Order).CompareTo(limit) < 0);
        _heads.Enqueue(head, (head.Time, head.Order));
        return true;
    }

    // Until which moment the head that was taken may go on without looking at the others.
    private (DateTime Time, int Order) Limit()
    {
        var limit = _heads.TryPeek(out _, out var other) ? other : (DateTime.MaxValue, int.MaxValue);
        if (_ahead.TryPeek(out var ahead) && (ahead.First, -1).CompareTo(limit) < 0) limit = (ahead.First, -1);
        if (_waiting.TryPeek(out var waiting) && (waiting.First, -1).CompareTo(limit) < 0) limit = (waiting.First, -1);
        return limit;
    }

    private void OpenDue()
    {
        while (_waiting.Count > 0 && _ahead.Count < _options.Workers && _heads.Count + _ahead.Count < _options.OpenFilesMax)
        {
            var (file, first, order) = _waiting.Dequeue();
            var lane = _open(file, BlocksAhead);
            _crew.Add(lane);
            _ahead.Enqueue(new Head(lane, first, order));
        }

        if (!_ahead.TryPeek(out var next)) return;
        if (_heads.TryPeek(out _, out var current) && next.First > current.Time) return;
        _loading = _ahead.Dequeue();
    }

    // One block at a time: one without events only counts, and its rejects must not pile up.
    private void Load(Head head, CancellationToken cancellation)
    {
        if (head.Batch is { } used) _crew.Return(head.Lane, used);
        head.Batch = _crew.Next(head.Lane, cancellation);
        if (head.Batch is not { } batch)
        {
            _count.EndFile();
            _loading = null;
            return;
        }

        _merged.AddCounts(batch);
        _merged.Rejects.AddRange(batch.Rejects);
        head.Restart();
        if (!head.HasCurrent) return;
        _heads.Enqueue(head, (head.Time, head.Order));
        _loading = null;
    }

    private EventBatch Counted()
    {
        _count.Add(_merged);
        return _merged;
    }

    private sealed class Head(Lane lane, DateTime first, int order)
    {
        private int _at;

        public Lane Lane { get; } = lane;

        public DateTime First { get; } = first;

        public int Order { get; } = order;

        public EventBatch? Batch { get; set; }

        public bool HasCurrent => Batch is not null && _at < Batch.Events.Count;

        public MatchedEvent Current => Batch!.Events[_at];

        public DateTime Time => Current.Event.Time;

        public void Restart() => _at = 0;

        public bool MoveNext()
        {
            _at++;
            return HasCurrent;
        }
    }
}
