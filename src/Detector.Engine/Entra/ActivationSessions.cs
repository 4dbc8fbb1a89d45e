using System.Runtime.InteropServices;
using Detector.Engine.Logs;
using Detector.Engine.Streams;

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

    // By key, not by text: a row is forgotten a day after it was last looked at, and its texts have left the caches.
    private readonly Dictionary<Key128, List<LogEvent>> _byRequest = [];
    private readonly Dictionary<Key128, List<LogEvent>> _byCorrelation = [];

    // By hour, so that forgetting is dropping an hour of rows.
    private static readonly long s_hourTicks = TimeSpan.FromHours(1).Ticks;
    private readonly Dictionary<long, List<Kept>> _byHour = [];
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
        var (byRequest, byCorrelation) = (KeyOf(request), KeyOf(row.Text(CanonicalField.CorrelationId)));
        var kept = Keep(_byRequest, byRequest, row) | Keep(_byCorrelation, byCorrelation, row);
        if (!kept) return _touched;

        var hour = row.Time.Ticks / s_hourTicks;
        if (!_byHour.TryGetValue(hour, out var rows)) _byHour.Add(hour, rows = []);
        rows.Add(new Kept(row, byRequest, byCorrelation));
        if (request is not null) _touched.Add(request);
        if (byCorrelation is not { } correlation || !_byCorrelation.TryGetValue(correlation, out var linked)) return _touched;
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
        if (KeyOf(anchor.Text(CanonicalField.RequestId)) is { } request && _byRequest.TryGetValue(request, out var same)) Unite(rows, same);
        var direct = rows.Count;
        for (var i = 0; i < direct; i++)
        {
            if (KeyOf(rows[i].Text(CanonicalField.CorrelationId)) is { } correlation && _byCorrelation.TryGetValue(correlation, out var linked)) Unite(rows, linked);
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
        ForgetBefore(first);
    }

    /// <summary>Every row, by time, then id.</summary>
    public IReadOnlyList<LogEvent> Rows()
    {
        var rows = _byHour.Values.SelectMany(hour => hour).Select(kept => kept.Row).ToList();
        rows.Sort(ByTimeThenId);
        return rows;
    }

    /// <summary>The order in which rows of one session are read, whatever the order of their arrival.</summary>
    public static int ByTimeThenId(LogEvent left, LogEvent right)
    {
        var byTime = left.Time.CompareTo(right.Time);
        return byTime != 0 ? byTime : string.CompareOrdinal(left.Id, right.Id);
    }

    // Apart, since what a lambda captures is made when its method is entered.
    private void ForgetBefore(long first)
    {
        foreach (var hour in _byHour.Keys.Where(hour => hour < first).ToArray())
        {
            foreach (var (row, request, correlation) in _byHour[hour])
            {
                Forget(_byRequest, request, row);
                Forget(_byCorrelation, correlation, row);
            }

            _byHour.Remove(hour);
        }
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

    private static Key128? KeyOf(string? id) => id is null ? null : Key128.Of(id);

    private bool Keep(Dictionary<Key128, List<LogEvent>> index, Key128? id, LogEvent row)
    {
        if (id is not { } key) return false;
        if (!index.TryGetValue(key, out var rows)) index.Add(key, rows = []);
        if (rows.Count == RowsPerIdMax)
        {
            Overflowed++;
            return false;
        }

        rows.Add(row);
        return true;
    }

    private static void Forget(Dictionary<Key128, List<LogEvent>> index, Key128? id, LogEvent row)
    {
        if (id is not { } key || !index.TryGetValue(key, out var rows)) return;
        for (var i = 0; i < rows.Count; i++)
        {
            if (!ReferenceEquals(rows[i], row)) continue;
            rows.RemoveAt(i);
            break;
        }

        if (rows.Count == 0) index.Remove(key);
    }

    // A row with the keys under which it is found.
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Kept(LogEvent Row, Key128? Request, Key128? Correlation);
}
