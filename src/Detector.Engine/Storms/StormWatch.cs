using Detector.Engine.Alerts;
using Detector.Engine.Entra;
using Detector.Engine.Pipeline;
using Detector.Engine.Streams;

namespace Detector.Engine.Storms;

/// <summary>
/// The alerts of one rule by time, and what was said of their storms. From so many within an hour on there is one more alert, that
/// grows with the storm and counts all of it. What it says in the end is a function of the set of alerts: storms begin at the first
/// alert that has enough others in the hour before, and hold what follows with no hour of quiet, for at most a day.
/// </summary>
internal sealed class StormWatch(StormRule rule, int least, PipelineCounters counters, Action<AlertRevision> send)
{
    // Fewer entries are looked through at every alert; more only when there is news, so that a flood costs no look at all of it for each.
    private const int LookedThroughMax = 512;

    // Alerts arise no later than the rows of their session settle, twice over.
    private static readonly TimeSpan s_settle = ActivationSessions.Settle * 2;

    private readonly List<StormEntry> _entries = [];
    private readonly List<StormEpisode> _open = [];
    private DateTime _oldest = DateTime.MaxValue;

    public StormRule Rule => rule;

    /// <summary>In order of time.</summary>
    public IReadOnlyList<StormEntry> Entries => _entries;

    public IReadOnlyList<StormEpisode> Open => _open;

    /// <summary>Numbers storms in the order in which they were found.</summary>
    public long Order { get; set; }

    /// <summary>Storms until then are final.</summary>
    public DateTime DealtUntil { get; set; } = DateTime.MinValue;

    /// <summary>Alerts beyond <see cref="StormLimits.KeptMax"/>: how many, and when the last one was.</summary>
    public (long Count, DateTime Last) More { get; set; }

    public bool IsTouched { get; set; }

    /// <summary>When time alone makes it say or forget something.</summary>
    public DateTime Due { get; private set; } = DateTime.MaxValue;

    public void Put(StormEntry entry)
    {
        if (_entries.Count >= StormLimits.KeptMax)
        {
            More = (More.Count + 1, More.Last > entry.Time ? More.Last : entry.Time);
            return;
        }

        var at = Find(entry.Time, entry.Record.Id, entry.Id);
        if (at >= 0) return;
        _entries.Insert(~at, entry);
        if (entry.Time < _oldest) _oldest = entry.Time;
    }

    public void Take(DateTime time, string record, Key128 id)
    {
        var at = Find(time, record, id);
        if (at < 0) return;
        _entries.RemoveAt(at);
        if (time < _oldest) _oldest = time;
    }

    public void Restore(StormEpisode episode) => _open.Add(episode);

    /// <summary>Takes up what was sent before a restart: its content follows from the entries.</summary>
    public void Resume()
    {
        foreach (var run in Runs())
        {
            if (_open.Find(open => open.Stands && Overlaps(open, run)) is not { } episode) continue;
            episode.Sent = StormAlerts.Make(rule, episode.AlertId, _entries, run, least, MoreOf(run)) with { Revision = episode.Sent.Revision };
        }

        _oldest = DateTime.MaxValue;
        SetDue();
    }

    /// <summary>Says what the last alerts changed.</summary>
    public void Look()
    {
        if ((_entries.Count >= least || _open.Count > 0) && IsNews()) LookThrough();
        _oldest = DateTime.MaxValue;
        SetDue();
    }

    /// <summary>Makes final what no alert can change any more, and forgets what only it needed.</summary>
    /// <param name="now">No event before it will come.</param>
    public void Close(DateTime now)
    {
        LookThrough();
        var keepFrom = Subtract(now, StormLimits.Within * 2);
        foreach (var run in Runs())
        {
            if (ClosesAt(run.Last) >= now && now != DateTime.MaxValue)
            {
                var needed = Subtract(run.First, StormLimits.Within);
                if (needed < keepFrom) keepFrom = needed;
                continue;
            }

            if (_open.Find(open => open.Stands && Overlaps(open, run)) is { } episode)
            {
                Finish(episode, run);
                _open.Remove(episode);
            }

            DealtUntil = run.Last;
        }

        _open.RemoveAll(open => !open.Stands && ClosesAt(open.Last) < now);
        var past = FirstFrom(keepFrom);
        _entries.RemoveRange(0, past);
        if (_entries.Count < StormLimits.KeptMax) More = default;
        SetDue();
    }

    private static DateTime ClosesAt(DateTime last) => Add(last, StormLimits.Within + s_settle);

    private static bool Overlaps(StormEpisode episode, StormRun run) => episode.First <= run.Last && episode.Last >= run.First;

    private static DateTime Add(DateTime time, TimeSpan span) => time > DateTime.MaxValue - span ? DateTime.MaxValue : time + span;

    private static DateTime Subtract(DateTime time, TimeSpan span) => time < DateTime.MinValue + span ? DateTime.MinValue : time - span;

    private void SetDue()
    {
        Due = DateTime.MaxValue;
        foreach (var open in _open)
        {
            if (ClosesAt(open.Last) < Due) Due = ClosesAt(open.Last);
        }

        // Forgetting waits a little, so that it takes many at once.
        if (_open.Count == 0 && _entries.Count > 0) Due = Add(_entries[0].Time, StormLimits.Within * 3);
    }

    // Whether the alerts since the last look can have made or moved a storm. That one grows is told at each doubling, and at its end.
    private bool IsNews()
    {
        if (_entries.Count <= LookedThroughMax || _open.Count == 0) return true;
        var latest = _open[0];
        foreach (var open in _open) latest = open.Last > latest.Last ? open : latest;
        return _entries.Count + More.Count >= latest.SentCount * 2
            || _oldest < latest.First
            || _entries[^1].Time > Add(latest.Last, StormLimits.Within)
            || _entries[^1].Time > Add(latest.First, StormLimits.Longest);
    }

    private void LookThrough()
    {
        var runs = Runs();
        var taken = new HashSet<StormEpisode>();
        foreach (var run in runs) Say(run, taken);
        foreach (var gone in _open.Where(open => open.Stands && !taken.Contains(open)))
        {
            gone.Stands = false;
            Revise(gone, gone.Sent with { Severity = Rules.Severity.Informational, Factors = [new Factor("withdrawn", 0, "Records that came later show that it is none", [])] }, 0);
        }
    }

    private List<StormRun> Runs()
    {
        var runs = new List<StormRun>();
        var (from, to) = (0, 0);
        StormRun? open = null;
        for (var i = 0; i < _entries.Count; i++)
        {
            var time = _entries[i].Time;
            while (_entries[from].Time < Subtract(time, StormLimits.Within)) from++;
            while (to < _entries.Count && _entries[to].Time <= time) to++;
            if (to - from < least || time <= DealtUntil) continue;
            if (open is { } run && time <= Add(run.Last, StormLimits.Within) && time <= Add(run.First, StormLimits.Longest))
            {
                open = run with { Last = time, To = to };
                continue;
            }

            if (open is { } ended) runs.Add(ended);
            open = new StormRun(i, time, time, from, to);
        }

        if (open is { } last) runs.Add(last);
        return runs;
    }

    private void Say(StormRun run, HashSet<StormEpisode> taken)
    {
        var same = _open.Where(open => !taken.Contains(open) && Overlaps(open, run)).OrderBy(open => open.Order).ToList();
        var id = same.Count > 0 ? same[0].AlertId : AlertId.From(_entries[run.FirstHit].TenantId, rule.Id, _entries[run.FirstHit].Record.Id);
        var more = MoreOf(run);
        var count = run.To - run.From + more.Count;
        if (same.Count == 0)
        {
            var made = new StormEpisode(++Order, id) { Sent = StormAlerts.Make(rule, id, _entries, run, least, more), SentCount = count, First = run.First, Last = run.Last, Stands = true };
            _open.Add(made);
            taken.Add(made);
            counters.Alerts++;
            send(new AlertRevision(made.Sent, IsClosing: false));
            return;
        }

        foreach (var younger in same.Skip(1))
        {
            Revise(younger, younger.Sent with { MergedInto = id, Final = true }, 0);
            _open.Remove(younger);
        }

        var episode = same[0];
        taken.Add(episode);
        var isNews = !episode.Stands || Stage(count) != Stage(episode.SentCount);
        (episode.First, episode.Last, episode.Stands) = (run.First, run.Last, true);
        if (isNews) Revise(episode, StormAlerts.Make(rule, id, _entries, run, least, more) with { Revision = episode.Sent.Revision }, count);
    }

    private static int Stage(long count) => System.Numerics.BitOperations.Log2((ulong)Math.Max(1, count));

    private (long Count, DateTime Last) MoreOf(StormRun run) => run.To == _entries.Count ? More : default;

    private void Finish(StormEpisode episode, StormRun run)
    {
        var alert = StormAlerts.Make(rule, episode.AlertId, _entries, run, least, MoreOf(run));
        var isChanged = run.To - run.From + MoreOf(run).Count != episode.SentCount || !AlertContent.Same(episode.Sent, alert);
        if (isChanged) counters.Revisions++;
        send(new AlertRevision(alert with { Revision = episode.Sent.Revision + (isChanged ? 1 : 0), Final = true }, IsClosing: true));
    }

    private void Revise(StormEpisode episode, Alert alert, long count)
    {
        counters.Revisions++;
        episode.Sent = alert with { Revision = alert.Revision + 1 };
        episode.SentCount = count;
        send(new AlertRevision(episode.Sent, IsClosing: false));
    }

    private int FirstFrom(DateTime time)
    {
        var (low, high) = (0, _entries.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_entries[middle].Time < time) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private int Find(DateTime time, string record, Key128 id)
    {
        // Alerts come mostly in order, so the end is looked at first.
        if (_entries.Count == 0 || _entries[^1].CompareTo(time, record, id) < 0) return ~_entries.Count;
        var (low, high) = (0, _entries.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var compared = _entries[middle].CompareTo(time, record, id);
            if (compared == 0) return middle;
            if (compared < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }
}
