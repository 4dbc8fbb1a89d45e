using Detector.Engine.Alerts;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;
using Detector.Engine.Streams;

namespace Detector.Engine.Windows;

/// <summary>Told of a finding, or that it is gone.</summary>
internal delegate void Telling(WindowTable table, Key128 id, DateTime time, LogEvent logged, bool isGone);

/// <summary>
/// Compares the episodes that the events of a group make with what was said of them, and says what is new: an alert, its
/// revision, that it is part of an elder one, or that late events unmade it.
/// </summary>
internal sealed class EpisodeLedger(PipelineCounters counters, Action<AlertRevision> send, Telling tell, Action<Alert, LogEvent, bool> highAlert)
{
    /// <summary>
    /// What happens so long after the first find is not added to the alert any more, which becomes final; as long as it goes on, it
    /// is a repeat of that alert and no new one.
    /// </summary>
    public static readonly TimeSpan EpisodeMax = WindowLimits.Episode;

    private static readonly List<Run> s_none = [];

    // Up to so many records each one is a revision; from then on each doubling, and the final one.
    private const int RevisedOneByOneMax = 16;

    /// <summary>Looks at a group that changed.</summary>
    /// <param name="group">The group.</param>
    /// <param name="now">No event before it will come.</param>
    public void Look(WindowGroup group, DateTime now)
    {
        var logic = group.Table.Logic;
        // What is new is marked with what comes next.
        if (group.Entries.Count < logic.EntriesMin && group.Open.Count == 0) return;

        logic.Mark(group, now);
        group.ChangesAreMarked();
        var runs = Runs(group);
        if (runs.Count > 0 || group.Open.Count > 0) Compare(group, runs);
    }

    /// <summary>Makes final what no event can change any more, and forgets the events that only it needed.</summary>
    public void Close(WindowGroup group, DateTime now, bool isEnd = false)
    {
        var rule = group.Table.Rule;
        var logic = group.Table.Logic;
        var keepFrom = WindowLogic.Subtract(now, logic.LookBack + logic.Delay);
        foreach (var run in Runs(group))
        {
            if (run.ClosesAt >= now && !isEnd)
            {
                var from = WindowLogic.Subtract(run.First, logic.LookBack);
                if (from < keepFrom) keepFrom = from;
                continue;
            }

            if (OpenOf(group, run) is { } open)
            {
                if (rule.Alerts) Finish(group, open, run);
                group.RemoveOpen(open);
            }

            group.DealtUntil = WindowLogic.Add(run.Last, rule.Gap);
        }

        if (group.Open.Count > 0) RemoveGone(group, now);
        ForgetBefore(group, keepFrom);
    }

    private static void RemoveGone(WindowGroup group, DateTime now)
    {
        var span = group.Table.Rule.Gap + group.Table.Logic.Delay;
        group.RemoveOpen(episode => !episode.Stands && WindowLogic.Add(episode.Last, span) < now);
    }

    /// <summary>When the group is to be looked at although no event comes; null when never.</summary>
    public static DateTime? DueOf(WindowGroup group, DateTime now)
    {
        var logic = group.Table.Logic;
        DateTime? due = null;
        DateTime? kept = null;
        foreach (var run in Runs(group))
        {
            Earlier(run.ClosesAt);
            kept ??= run.ClosesAt;
        }

        foreach (var episode in group.Open)
        {
            if (!episode.Stands) Earlier(WindowLogic.Add(episode.Last, group.Table.Rule.Gap + logic.Delay));
        }

        if (group.Entries.Count > 0) Earlier(kept ?? ForgottenAt(group));
        if (logic.JudgesOnce && logic.JudgesNext(group, now) is { } next) Earlier(next);

        // Repeats of a final alert are to be known as such for as long as they go on.
        if (due is null && group.DealtUntil >= now) due = group.DealtUntil;
        return due;

        void Earlier(DateTime time)
        {
            if (due is null || time < due) due = time;
        }
    }

    // Groups that rest are woken many at once; one that still may say something takes many of its events at once.
    private static DateTime ForgottenAt(WindowGroup group)
    {
        var logic = group.Table.Logic;
        var past = WindowLogic.Add(group.Entries[0].Time, logic.LookBack + logic.Delay);
        return logic.JudgesOnce ? RestingGroups.StepAfter(past, logic) : past;
    }

    /// <summary>Whether time alone makes the group say nothing: its events only wait to be forgotten.</summary>
    public static bool IsIdle(WindowGroup group) => group.Open.Count == 0 && !group.Table.Logic.JudgesOnce && !group.HasHits;

    /// <summary>Takes up what was sent before a restart: its content follows from the events.</summary>
    public static void Resume(WindowGroup group)
    {
        foreach (var run in Runs(group))
        {
            if (OpenOf(group, run) is not { } open) continue;
            var first = group.Entries[run.FirstHit];
            open.Told = IdOf(group, first);
            open.ToldEvent = first.Event;
            if (open.Sent is { } marker) open.Sent = WindowAlerts.Make(group.Table, open.AlertId, first, EntriesOf(group, run)) with { Revision = marker.Revision };
        }
    }

    private static WindowEpisode? OpenOf(WindowGroup group, Run run) =>
        group.Open.FirstOrDefault(episode => episode.Stands && episode.First <= run.Last && episode.Last >= run.First);

    // Hits no further apart than the gap; of what lasts longer than an episode may, the beginning.
    private static List<Run> Runs(WindowGroup group)
    {
        if (!group.HasHits) return s_none;
        var runs = new List<Run>();
        var quiet = group.DealtUntil;
        var gap = group.Table.Rule.Gap;
        var delay = group.Table.Logic.Delay;
        Run? open = null;
        var chainEnd = DateTime.MinValue;
        for (var i = 0; i < group.Entries.Count; i++)
        {
            var entry = group.Entries[i];
            if (!entry.IsHit) continue;
            if (entry.Time <= quiet)
            {
                quiet = Later(quiet, WindowLogic.Add(entry.Time, gap));
                continue;
            }

            if (open is { } run && entry.Time <= chainEnd)
            {
                chainEnd = WindowLogic.Add(entry.Time, gap);
                if (entry.Time <= WindowLogic.Add(run.First, EpisodeMax)) open = run with { LastHit = i, Last = entry.Time, ClosesAt = ClosesAt(run.First, entry.Time) };
                continue;
            }

            if (open is { } ended) runs.Add(ended);
            open = new Run(i, i, entry.Time, entry.Time, ClosesAt(entry.Time, entry.Time));
            chainEnd = WindowLogic.Add(entry.Time, gap);
        }

        if (open is { } last) runs.Add(last);
        return runs;

        DateTime ClosesAt(DateTime first, DateTime lastHit) => WindowLogic.Add(Earlier(WindowLogic.Add(lastHit, gap), WindowLogic.Add(first, EpisodeMax)), delay);
    }

    private static DateTime Later(DateTime left, DateTime right) => left > right ? left : right;

    private static DateTime Earlier(DateTime left, DateTime right) => left < right ? left : right;

    private static List<WindowEntry> EntriesOf(WindowGroup group, Run run)
    {
        var indexes = new IndexSet(group.Entries.Count);
        for (var i = run.FirstHit; i <= run.LastHit; i++)
        {
            if (group.Entries[i].IsHit) group.Table.Logic.Collect(group, i, indexes);
        }

        return indexes.Of(group.Entries);
    }

    // Apart, since what a lambda captures is made when its method is entered.
    private void Compare(WindowGroup group, List<Run> runs)
    {
        var taken = new HashSet<WindowEpisode>();
        foreach (var run in runs) Say(group, EpisodeOf(group, run, taken), run);
        foreach (var gone in group.Open.Where(episode => episode.Stands && !taken.Contains(episode))) Withdraw(group, gone);
    }

    // The episode that was said first of those that the run overlaps; the others are part of it.
    private WindowEpisode EpisodeOf(WindowGroup group, Run run, HashSet<WindowEpisode> taken)
    {
        var same = group.Open.Where(episode => !taken.Contains(episode) && episode.First <= run.Last && episode.Last >= run.First).OrderBy(episode => episode.Order).ToList();
        var first = group.Entries[run.FirstHit];
        if (same.Count == 0)
        {
            var id = AlertId.From(first.Event.Text(CanonicalField.TenantId), group.Table.Rule.Id, $"{group.Key.High:x16}{group.Key.Low:x16}|{first.Event.Id}");
            var made = new WindowEpisode(++group.Table.Order, id);
            group.AddOpen(made);
            same.Add(made);
        }

        foreach (var younger in same.Skip(1))
        {
            Untell(group, younger);
            if (younger.Sent is { } sent) Revise(younger, sent with { MergedInto = same[0].AlertId, Final = true }, 0);
            group.RemoveOpen(younger);
        }

        taken.Add(same[0]);
        (same[0].First, same[0].Last) = (run.First, run.Last);
        return same[0];
    }

    private void Say(WindowGroup group, WindowEpisode episode, Run run)
    {
        var first = group.Entries[run.FirstHit];
        episode.Stands = true;
        Tell(group, episode, first);
        if (!group.Table.Rule.Alerts) return;
        var hits = 0;
        for (var i = run.FirstHit; i <= run.LastHit; i++) hits += group.Entries[i].IsHit ? 1 : 0;
        if (episode.Sent is { } known && hits > RevisedOneByOneMax && Stage(hits) == Stage(episode.SentCount) && known.EventTime <= first.Event.Time) return;

        var alert = WindowAlerts.Make(group.Table, episode.AlertId, first, EntriesOf(group, run));
        if (episode.Sent is not { } sent)
        {
            counters.Alerts++;
            episode.Sent = alert;
            episode.SentCount = hits;
            send(new AlertRevision(alert, IsClosing: false));
        }
        else if (!AlertContent.Same(sent, alert))
        {
            Revise(episode, alert with { Revision = sent.Revision }, hits);
        }

        if (group.Table.FeedsAlerts) highAlert(alert, first.Event, false);
    }

    private static int Stage(int hits) => System.Numerics.BitOperations.Log2((uint)Math.Max(1, hits));

    private void Finish(WindowGroup group, WindowEpisode episode, Run run)
    {
        var hits = 0;
        for (var i = run.FirstHit; i <= run.LastHit; i++) hits += group.Entries[i].IsHit ? 1 : 0;
        var sent = episode.Sent!;
        var alert = WindowAlerts.Make(group.Table, episode.AlertId, group.Entries[run.FirstHit], EntriesOf(group, run));
        var isChanged = hits != episode.SentCount || !AlertContent.Same(sent, alert);
        if (isChanged) counters.Revisions++;
        send(new AlertRevision(alert with { Revision = sent.Revision + (isChanged ? 1 : 0), Final = true }, IsClosing: true));
    }

    private void Revise(WindowEpisode episode, Alert alert, int hits)
    {
        counters.Revisions++;
        episode.Sent = alert with { Revision = alert.Revision + 1 };
        episode.SentCount = hits;
        send(new AlertRevision(episode.Sent, IsClosing: false));
    }

    private void Withdraw(WindowGroup group, WindowEpisode episode)
    {
        episode.Stands = false;
        Untell(group, episode);
        if (episode.Sent is { } sent) Revise(episode, sent with { Severity = Severity.Informational, Factors = [new Factor("withdrawn", 0, "Records that came later show that it does not hold", [])] }, 0);
    }

    // Other rules see a finding as an event at the time it became true.
    private void Tell(WindowGroup group, WindowEpisode episode, WindowEntry first)
    {
        if (ReferenceEquals(episode.ToldEvent, first.Event)) return;
        Untell(group, episode);
        var (id, time) = IdOf(group, first);
        episode.Told = (id, time);
        episode.ToldEvent = first.Event;
        tell(group.Table, id, time, first.Event, false);
    }

    private static (Key128 Id, DateTime Time) IdOf(WindowGroup group, WindowEntry first) =>
        (Key128.Of($"{group.Table.Rule.Id}|{group.Key.High:x16}{group.Key.Low:x16}|{first.Event.Id}"), WindowLogic.Add(first.Time, group.Table.Logic.Delay));

    private void Untell(WindowGroup group, WindowEpisode episode)
    {
        if (episode.Told is not { } told || episode.ToldEvent is not { } logged) return;
        tell(group.Table, told.Id, told.Time, logged, true);
        if (episode.Sent is { } sent && group.Table.FeedsAlerts) highAlert(sent, logged, true);
        episode.Told = null;
        episode.ToldEvent = null;
    }

    /// <summary>Forgets the events of an idle group that no later one can be seen together with.</summary>
    public static void Forget(WindowGroup group, DateTime now) => ForgetBefore(group, WindowLogic.Subtract(now, group.Table.Logic.LookBack + group.Table.Logic.Delay));

    private static void ForgetBefore(WindowGroup group, DateTime keepFrom)
    {
        var count = group.From(keepFrom);
        if (count == 0) return;
        for (var i = 0; i < count; i++)
        {
            var entry = group.Entries[i];
            if (entry.IsHit && entry.Time <= group.DealtUntil) group.DealtUntil = Later(group.DealtUntil, WindowLogic.Add(entry.Time, group.Table.Rule.Gap));
            group.Table.Logic.Forget(group, entry);
        }

        group.RemoveFirst(count);
    }
}
