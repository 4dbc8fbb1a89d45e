using System.Runtime.CompilerServices;
using Detector.Engine.Logs;
using Detector.Sources.Files;

namespace Detector.Sources.LogAnalytics;

/// <summary>
/// One table from begin to end, window after window. A window that is too much for one answer is halved until it is
/// not; while answers are small, windows grow.
/// </summary>
internal sealed class TableReader(QueryDesk desk, string table, LogAnalyticsOptions options)
{
    /// <summary>After so many time-outs in a row, ever less asked for, it is not the size that is the matter.</summary>
    public const int TimeoutsMax = 8;

    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);
    private readonly Stack<QueryWindow> _open = new();
    private int _timeouts;

    /// <summary>Whether the workspace has the table; known once something was asked.</summary>
    public bool IsMissing { get; private set; }

    /// <summary>Reads the events from <paramref name="since"/> up to <paramref name="until"/>, each batch and all of them in the order of their times.</summary>
    public async IAsyncEnumerable<EventBatch> ReadAsync(DateTime since, DateTime until, DateTime? ingestedFrom, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Audit rows are few, sign-ins many.
        var span = table == "AuditLogs" || ingestedFrom is not null ? TimeSpan.FromDays(1) : TimeSpan.FromHours(1);
        EventBatch? batch = null;
        while (_open.Count > 0 || since < until)
        {
            if (_open.Count == 0)
            {
                var end = until - since <= span ? until : since + span;
                _open.Push(new QueryWindow(since, end));
                since = end;
            }

            var window = _open.Pop();
            batch ??= new EventBatch { Source = $"{table} {QueryText.Time(window.Since)}" };
            switch (await desk.ReadAsync(table, window, ingestedFrom, batch, cancellation))
            {
                case QueryOutcome.TooMuch tooMuch:
                    span = Halve(window, tooMuch);
                    break;
                case QueryOutcome.Rows rows:
                    _timeouts = 0;
                    if (IsSmall(rows) && window.Parts == 1 && window.Span >= span / 2) span = Shorter(span * 2, s_longest);
                    if (_open.TryPeek(out var next) && next.Since == window.Since) break;
                    batch.Events.Sort(static (a, b) => Compare(a.Event, b.Event));
                    yield return batch;
                    batch = null;
                    break;
                default:
                    IsMissing = true;
                    yield break;
            }
        }
    }

    // Ids make the order one that no splitting changes.
    private static int Compare(LogEvent a, LogEvent b) => a.Time.CompareTo(b.Time) is var order && order != 0 ? order : string.CompareOrdinal(a.Id, b.Id);

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private bool IsSmall(QueryOutcome.Rows rows) => rows.Count < options.RowsMax / 4 && rows.Bytes < options.AnswerBytesMax / 4;

    private TimeSpan Halve(QueryWindow window, QueryOutcome.TooMuch tooMuch)
    {
        if (tooMuch.IsTimeout && ++_timeouts == TimeoutsMax)
            throw new InputException(desk.Name, $"{table}: {_timeouts} queries in a row timed out, the last for {window.Span}: {tooMuch.Reason}.", "Try again later; its state is on the Azure status page.");
        if (window.Halve() is not { } halves)
            throw new InputException(desk.Name, $"{table}: even a part of the rows at {QueryText.Time(window.Since)} is too much for one answer: {tooMuch.Reason}.", "Export the logs of this time, and replay the files.");
        _open.Push(halves.Second);
        _open.Push(halves.First);
        return window.Parts == 1 && halves.First.Span > QueryWindow.Shortest ? halves.First.Span : QueryWindow.Shortest;
    }
}
