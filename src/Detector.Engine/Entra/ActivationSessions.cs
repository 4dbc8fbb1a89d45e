using Detector.Engine.Logs;

namespace Detector.Engine.Entra;

/// <summary>
/// The rows of activation sessions, found by request id and by correlation id. PIM writes a row for the request, its
/// approval and its completion, all with the request id; Core Directory writes the role change with a correlation id
/// alone. Which rows belong together follows from the rows, not from the order in which they came.
/// </summary>
internal sealed class ActivationSessions
{
    /// <summary>Longest time between a row and the activation it belongs to: requests wait for approval up to a day.</summary>
    public static readonly TimeSpan SpanMax = TimeSpan.FromHours(24);

    /// <summary>How long after the completed row its companions are still taken: PIM and Core Directory write within seconds.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromMinutes(5);

    /// <summary>Of one request or correlation id at most so many rows are kept; real sessions have three to eight.</summary>
    public const int RowsPerIdMax = 64;

    private readonly Dictionary<string, List<LogEvent>> _byRequest = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<LogEvent>> _byCorrelation = new(StringComparer.OrdinalIgnoreCase);

    // By hour, so that forgetting is dropping an hour of rows.
    private static readonly long s_hourTicks = TimeSpan.FromHours(1).Ticks;
    private readonly Dictionary<long, List<LogEvent>> _byHour = [];
    private readonly List<string> _touched = [];
    private long _forgotten = long.MinValue;

    /// <summary>How many rows are kept.</summary>
    public int Count => _byHour.Values.Sum(rows => rows.Count);

    /// <summary>Rows that were not kept because their id had too many.</summary>
    public long Overflowed { get; private set; }

    /// <summary>Takes a row; returns the request ids of the sessions that it may change, until the next call.</summary>
    public IReadOnlyList<string> Add(LogEvent row)
    {
        _touched.Clear();
        var request = row.Text(CanonicalField.RequestId);
        var correlation = row.Text(CanonicalField.CorrelationId);
        var kept = Keep(_byRequest, request, row) | Keep(_byCorrelation, correlation, row);
        if (!kept) return _touched;

        var hour = row.Time.Ticks / s_hourTicks;
        if (!_byHour.TryGetValue(hour, out var rows)) _byHour.Add(hour, rows = []);
        rows.Add(row);
        if (request is not null) _touched.Add(request);
        if (correlation is null || !_byCorrelation.TryGetValue(correlation, out var linked)) return _touched;
        foreach (var other in linked)
        {
            if (other.Text(CanonicalField.RequestId) is { } id && !_touched.Exists(known => string.Equals(known, id, StringComparison.OrdinalIgnoreCase))) _touched.Add(id);
        }

        return _touched;
    }

    /// <summary>
    /// All rows of the session of <paramref name="anchor"/> from a day before it until <see cref="Settle"/> after it,
    /// by time, then id; the anchor is among them.
    /// </summary>
    public List<LogEvent> RowsOf(LogEvent anchor)
    {
        // A handful of rows: looking through them beats a table of them.
        var rows = new List<LogEvent> { anchor };
        if (anchor.Text(CanonicalField.RequestId) is { } request && _byRequest.TryGetValue(request, out var same)) Unite(rows, same);
        var direct = rows.Count;
        for (var i = 0; i < direct; i++)
        {
            if (rows[i].Text(CanonicalField.CorrelationId) is { } correlation && _byCorrelation.TryGetValue(correlation, out var linked)) Unite(rows, linked);
        }

        rows.RemoveAll(row => row.Time < anchor.Time - SpanMax || row.Time > anchor.Time + Settle);
        rows.Sort(ByTimeThenId);
        return rows;
    }

    /// <summary>Forgets rows that no activation can reach any more.</summary>
    public void Advance(DateTime watermark)
    {
        if (watermark - DateTime.MinValue < SpanMax + Settle) return;
        var first = watermark == DateTime.MaxValue ? long.MaxValue : (watermark - SpanMax - Settle).Ticks / s_hourTicks;
        if (first <= _forgotten) return;
        _forgotten = first;
        foreach (var hour in _byHour.Keys.Where(hour => hour < first).ToArray())
        {
            foreach (var row in _byHour[hour])
            {
                Forget(_byRequest, row.Text(CanonicalField.RequestId), row);
                Forget(_byCorrelation, row.Text(CanonicalField.CorrelationId), row);
            }

            _byHour.Remove(hour);
        }
    }

    /// <summary>Every row, by time, then id.</summary>
    public IReadOnlyList<LogEvent> Rows()
    {
        var rows = _byHour.Values.SelectMany(hour => hour).ToList();
        rows.Sort(ByTimeThenId);
        return rows;
    }

    /// <summary>The order in which rows of one session are read, whatever the order of their arrival.</summary>
    public static int ByTimeThenId(LogEvent left, LogEvent right)
    {
        var byTime = left.Time.CompareTo(right.Time);
        return byTime != 0 ? byTime : string.CompareOrdinal(left.Id, right.Id);
    }

    // Two objects may stand for one record after a restore; ids are unique, since duplicates do not get this far.
    private static void Unite(List<LogEvent> rows, List<LogEvent> others)
    {
        foreach (var other in others)
        {
            var isKnown = false;
            for (var i = 0; i < rows.Count && !isKnown; i++) isKnown = ReferenceEquals(rows[i], other) || string.Equals(rows[i].Id, other.Id, StringComparison.OrdinalIgnoreCase);
            if (!isKnown) rows.Add(other);
        }
    }

    private bool Keep(Dictionary<string, List<LogEvent>> index, string? id, LogEvent row)
    {
        if (id is null) return false;
        if (!index.TryGetValue(id, out var rows)) index.Add(id, rows = []);
        if (rows.Count == RowsPerIdMax)
        {
            Overflowed++;
            return false;
        }

        rows.Add(row);
        return true;
    }

    private static void Forget(Dictionary<string, List<LogEvent>> index, string? id, LogEvent row)
    {
        if (id is null || !index.TryGetValue(id, out var rows)) return;
        for (var i = 0; i < rows.Count; i++)
        {
            if (!ReferenceEquals(rows[i], row)) continue;
            rows.RemoveAt(i);
            break;
        }

        if (rows.Count == 0) index.Remove(id);
    }
}
