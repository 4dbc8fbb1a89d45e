namespace Detector.Sinks.Delivery;

/// <summary>
/// What waits for one sink, in order. Its beginning is in memory; what does not fit is read from the backlog when its turn comes, so
/// that a sink that is down for days costs no more memory than one that is down for an hour.
/// </summary>
internal sealed class LaneQueue(long accepted, Func<OutgoingAlert, bool>? takes, IAlertBacklog? backlog)
{
    /// <summary>So many wait in memory.</summary>
    public const int WindowMax = 5_000;

    private readonly Lock _gate = new();
    private readonly Queue<OutgoingAlert> _waiting = new();

    // Of the first in the queue those that need not be sent any more, by number: accepted or dead, with one before them that waits.
    private readonly HashSet<long> _done = [];

    // The last alert that there is, and the last that was looked at; those between are in the backlog alone.
    private long _added = Math.Max(accepted, backlog?.Last ?? 0);
    private long _seen = accepted;
    private long _behind = Math.Max(0, (backlog?.Last ?? 0) - accepted);

    /// <summary>The number of the last alert that is settled, and all before it.</summary>
    public long Accepted
    {
        get
        {
            lock (_gate) return _waiting.TryPeek(out var first) ? first.Number - 1 : _seen;
        }
    }

    /// <summary>Alerts that wait. After a restart those in the backlog count as if all were meant for this sink, until they are read.</summary>
    public long Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count + _behind;
        }
    }

    /// <summary>Whether there is room in memory for alerts of the backlog, when so many may be there.</summary>
    public bool WantsMore(int windowMax)
    {
        lock (_gate) return _seen < _added && _waiting.Count <= windowMax / 2;
    }

    /// <summary>Alerts that are in memory, with the number of the first; 0 for none.</summary>
    public (int Count, long First) Window
    {
        get
        {
            lock (_gate) return _waiting.TryPeek(out var first) ? (_waiting.Count, first.Number) : (0, 0);
        }
    }

    /// <summary>Takes alerts in order; those that are known, or meant for others, are passed over.</summary>
    public void Add(IReadOnlyList<OutgoingAlert> alerts)
    {
        lock (_gate)
        {
            foreach (var alert in alerts)
            {
                if (alert.Number <= _added) continue;
                var isNext = _seen == _added && (backlog is null || _waiting.Count < WindowMax);
                _added = alert.Number;
                if (isNext) Look(alert);
                else if (takes?.Invoke(alert) != false) _behind++;
            }
        }
    }

    /// <summary>Reads on in the backlog. One at a time.</summary>
    /// <exception cref="IOException">It cannot be read now, or lacks what it should have.</exception>
    public async Task FillAsync(CancellationToken cancellation)
    {
        var more = await backlog!.ReadAsync(_seen, cancellation);
        lock (_gate)
        {
            if (more.Count == 0) throw new IOException($"The alerts from number {_seen + 1} on are not in the checkpoint.");
            foreach (var alert in more)
            {
                if (alert.Number <= _seen) continue;
                var before = _waiting.Count;
                Look(alert);
                if (_waiting.Count > before) _behind = Math.Max(0, _behind - 1);
            }

            _added = Math.Max(_added, _seen);
            if (_seen == _added) _behind = 0;
        }
    }

    /// <summary>The first alerts that have to be sent.</summary>
    public List<OutgoingAlert> First(int most)
    {
        lock (_gate) return [.. _waiting.Where(alert => !_done.Contains(alert.Number)).Take(most)];
    }

    /// <summary>Of the alerts that have to be sent the first that may not wait, each after what waits of the same alert.</summary>
    public List<OutgoingAlert> First(int most, Func<OutgoingAlert, bool> isUrgent)
    {
        lock (_gate)
        {
            var ready = _waiting.Where(alert => !_done.Contains(alert.Number)).ToList();
            var urgent = ready.Where(isUrgent).Select(alert => alert.Id).ToHashSet();
            return [.. ready.Where(alert => urgent.Contains(alert.Id)).Take(most)];
        }
    }

    /// <summary>These need not be sent any more.</summary>
    public void Settle(IEnumerable<OutgoingAlert> alerts)
    {
        lock (_gate)
        {
            _done.UnionWith(alerts.Select(alert => alert.Number));
            while (_waiting.TryPeek(out var first) && _done.Remove(first.Number)) _waiting.Dequeue();
        }
    }

    private void Look(OutgoingAlert alert)
    {
        _seen = alert.Number;
        if (takes?.Invoke(alert) != false) _waiting.Enqueue(alert);
    }
}
