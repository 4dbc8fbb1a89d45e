using Detector.Engine.Alerts;
using Detector.Engine.Entra;
using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Engine.Streams;

namespace Detector.Engine.Pipeline;

/// <summary>
/// What one rule knows of one subject (a session, a sign-in attempt, a record): the matching rows, and what was said of
/// them. Open until the watermark has passed; then it only remembers that the subject was dealt with.
/// </summary>
internal sealed class Episode(Rule rule, string subject)
{
    /// <summary>For so long a closed episode keeps the same subject from alerting anew.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromHours(24);

    private static readonly Comparer<LogEvent> s_order = Comparer<LogEvent>.Create(ActivationSessions.ByTimeThenId);

    private readonly List<LogEvent> _rows = [];
    private (string? Tenant, Guid Id)? _alertId;

    public Rule Rule { get; } = rule;

    public string Subject { get; } = subject;

    /// <summary>The earliest matching row by time, then id: the one the alert is about, whatever came first.</summary>
    public LogEvent Anchor => _rows[0];

    /// <summary>Matching rows near the anchor, by time, then id. Later ones of the same subject repeat it.</summary>
    public IEnumerable<LogEvent> Rows => _rows.Where(row => row.Time <= Anchor.Time + ActivationSessions.Settle);

    public IReadOnlyList<LogEvent> AllRows => _rows;

    /// <summary>Once the watermark is past it, no record can change the episode.</summary>
    public DateTime ClosesAt => AnchorTime + ActivationSessions.Settle;

    public DateTime AnchorTime { get; private set; }

    public bool IsClosed { get; private set; }

    /// <summary>What was last sent; null while nothing was.</summary>
    public Alert? Sent { get; set; }

    /// <summary>The event as which other rules know of the alert: its anchor when it was sent, which an earlier row can replace.</summary>
    public LogEvent? Told { get; set; }

    /// <summary>Whether the last evaluation still alerts; a sent alert may have been withdrawn.</summary>
    public bool Stands { get; set; }

    /// <summary>Under which join keys the anchor waits for late matches, one for each count factor; null where it has none.</summary>
    public Key128?[] JoinKeys { get; set; } = [];

    /// <summary>The id of the alert about it; worked out once.</summary>
    public Guid AlertIdIn(string? tenant)
    {
        if (_alertId is not { } known || !string.Equals(known.Tenant, tenant, StringComparison.Ordinal)) _alertId = known = (tenant, AlertId.From(tenant, Rule.Id, Subject));
        return known.Id;
    }

    /// <summary>Returns whether the anchor changed.</summary>
    public bool Add(LogEvent row)
    {
        var at = _rows.BinarySearch(row, s_order);
        _rows.Insert(at < 0 ? ~at : at, row);
        AnchorTime = Anchor.Time;
        return ReferenceEquals(Anchor, row);
    }

    public void Close()
    {
        IsClosed = true;
        _rows.Clear();
        Sent = null;
        Told = null;
        JoinKeys = [];
    }

    public static Episode Closed(Rule rule, string subject, DateTime anchorTime) => new(rule, subject) { AnchorTime = anchorTime, IsClosed = true };
}
