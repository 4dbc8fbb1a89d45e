using System.Collections.Immutable;
using Detector.Engine.Alerts;
using Detector.Engine.Entra;
using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Engine.Streams;

namespace Detector.Engine.Pipeline;

/// <summary>
/// From what is known of an episode to the alert it gives: a pure function of the rows and counted matches, so that the
/// order in which they came leaves no trace.
/// </summary>
internal sealed class Evaluator(DetectionPlan plan, RuleUses uses, ActivationSessions sessions, EventKinds kinds)
{
    /// <summary>Of one factor at most so many records are named; all of them give points.</summary>
    public const int EvidencePerFactorMax = 200;

    /// <summary>What the rows of a session know together. Who did it, when and with what result is each row's own.</summary>
    internal static readonly CanonicalField[] SessionFields =
    [
        CanonicalField.RoleId, CanonicalField.RoleName, CanonicalField.RoleTier, CanonicalField.RoleScope, CanonicalField.RolePrivileged,
        CanonicalField.Justification, CanonicalField.TicketNumber, CanonicalField.TicketSystem,
        CanonicalField.ActivationStart, CanonicalField.ActivationEnd, CanonicalField.ActivationHours,
        CanonicalField.ActivationMfa, CanonicalField.ActivationApprovalRequired, CanonicalField.ActorIp,
    ];

    private readonly Because _because = new(plan.Tenant, plan.Schema);

    /// <summary>
    /// Whether the episode may reach its rule's threshold: false only when it surely does not. Most activations are
    /// ordinary, and telling so needs neither their evidence nor their reasons.
    /// </summary>
    public bool CanAlert(Episode episode)
    {
        if (episode.Rule is not ScoreRule score) return true;
        var anchor = episode.Anchor;
        long total = 0;
        for (var i = 0; i < score.Factors.Length; i++)
        {
            if (score.Factors[i] is WhenFactor condition)
            {
                // What the anchor leaves open another row of its session may fill.
                total += uses.MayBeFilled(condition, anchor) ? Math.Max(condition.Add, condition.Else) : condition.When.Matches(anchor) ? condition.Add : condition.Else;
            }
            else if (score.Factors[i] is CountFactor count && episode.JoinKeys[i] is { } join)
            {
                // Rows rather than attempts: never fewer.
                var rows = uses.StoreOf[count].Window.CountOf(join, Before(episode.AnchorTime, count.Within), episode.AnchorTime);
                total += Math.Min(Math.Max(0L, (long)rows * count.AddEach), count.Max ?? int.MaxValue);
            }
        }

        return total >= score.Threshold;
    }

    /// <summary>The alert as of now, whether or not its rule's condition holds; see <see cref="Alerts"/>.</summary>
    public Alert Evaluate(Episode episode)
    {
        var rows = RowsOf(episode);
        var subject = Merge(episode.Anchor, rows);
        var evidence = new List<Evidence>(rows.Count);
        foreach (var row in rows) evidence.Add(AlertDescription.EvidenceOf(row));
        if (episode.Rule is not ScoreRule score) return Describe(episode, subject, evidence, ((SigmaRule)episode.Rule).Severity, null, []);

        var factors = ImmutableArray.CreateBuilder<Factor>();
        var total = 0;
        for (var i = 0; i < score.Factors.Length; i++)
        {
            var factor = score.Factors[i] switch
            {
                WhenFactor condition => Weigh(condition, subject),
                CountFactor count => Weigh(count, subject, episode, evidence),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
            if (factor.Points == 0) continue;
            total = (int)Math.Clamp((long)total + factor.Points, int.MinValue, int.MaxValue);
            factors.Add(factor);
        }

        return Describe(episode, subject, evidence, SeverityOf(score, total), total, factors.ToImmutable());
    }

    /// <summary>Whether the alert stands: a score rule's must reach its threshold.</summary>
    public static bool Alerts(Alert alert) => alert.Rule is not ScoreRule score || alert.Score >= score.Threshold;

    private List<LogEvent> RowsOf(Episode episode)
    {
        var rows = episode.Anchor[CanonicalField.RequestId].IsPresent ? sessions.RowsOf(episode.Anchor) : [];
        var known = rows.Count;
        foreach (var row in episode.Rows)
        {
            var isNew = true;
            for (var i = 0; i < known && isNew; i++) isNew = !string.Equals(rows[i].Id, row.Id, StringComparison.OrdinalIgnoreCase);
            if (isNew) rows.Add(row);
        }

        if (rows.Count > known) rows.Sort(ActivationSessions.ByTimeThenId);
        return rows;
    }

    private Factor Weigh(WhenFactor factor, LogEvent subject)
    {
        var held = factor.When.Matches(subject);
        var points = held ? factor.Add : factor.Else;
        return points == 0 ? new Factor(factor.Id, 0, "", []) : new Factor(factor.Id, points, _because.Of(factor, subject, held), [subject.Id]);
    }

    private Factor Weigh(CountFactor factor, LogEvent subject, Episode episode, List<Evidence> evidence)
    {
        var store = uses.StoreOf[factor];
        var matches = new List<CountedMatch>();
        if (CountStore.KeyOf(subject, [.. factor.Join.Select(pair => pair.Scored)]) is { } join)
            store.Window.Collect(join, Before(episode.AnchorTime, factor.Within), episode.AnchorTime, matches);
        if (matches.Count == 0) return new Factor(factor.Id, 0, "", []);

        // Of the rows of one attempt the earliest in the window stands for it.
        var attempts = matches
            .GroupBy(match => match.Attempt)
            .Select(rows => rows.OrderBy(row => row.Time).ThenBy(row => row.Id, StringComparer.Ordinal).First())
            .OrderBy(match => match.Time).ThenBy(match => match.Id, StringComparer.Ordinal)
            .ToList();
        var points = (int)Math.Clamp((long)attempts.Count * factor.AddEach, int.MinValue, factor.Max ?? int.MaxValue);
        if (points == 0) return new Factor(factor.Id, 0, "", []);

        var named = attempts.Skip(Math.Max(0, attempts.Count - EvidencePerFactorMax)).ToList();
        var shown = evidence.Select(record => record.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var match in named)
        {
            var kind = kinds[match.Kind];
            if (shown.Add(match.Id)) evidence.Add(new Evidence(match.Id, match.Time, kind.Category, kind.Operation, kind.Result));
        }

        return new Factor(factor.Id, points, Because.Of(factor, store.Counted, attempts.Count), [.. named.Select(match => match.Id)]);
    }

    private static DateTime Before(DateTime time, TimeSpan span) => time - DateTime.MinValue < span ? DateTime.MinValue : time - span;

    private static Severity SeverityOf(ScoreRule rule, int score)
    {
        var severity = rule.Levels.IsEmpty ? Severity.High : rule.Levels[0].Severity;
        foreach (var level in rule.Levels)
        {
            if (score >= level.Score) severity = level.Severity;
        }

        return score >= rule.Threshold ? severity : Severity.Informational;
    }

    private static Alert Describe(Episode episode, LogEvent subject, List<Evidence> evidence, Severity severity, int? score, ImmutableArray<Factor> factors)
    {
        evidence.Sort(static (left, right) => left.Time != right.Time ? left.Time.CompareTo(right.Time) : string.CompareOrdinal(left.Id, right.Id));
        return AlertDescription.Of(episode.Rule, episode.AlertIdIn(subject.Text(CanonicalField.TenantId)), subject, episode.AnchorTime, [.. evidence]) with { Severity = severity, Score = score, Factors = factors };
    }

    // A session's later or earlier rows fill what the anchor does not say: only rows of the same person, since an
    // approver's justification is not the requester's.
    private static LogEvent Merge(LogEvent anchor, List<LogEvent> rows)
    {
        if (rows.Count < 2) return anchor;
        LogEvent? merged = null;
        foreach (var field in SessionFields)
        {
            if (anchor[field].IsPresent) continue;
            var source = rows.Find(row => row[field].IsPresent && string.Equals(row.Text(CanonicalField.ActorId), anchor.Text(CanonicalField.ActorId), StringComparison.OrdinalIgnoreCase));
            if (source is null) continue;
            merged ??= anchor.Copy();
            merged[field] = source[field];
        }

        return merged ?? anchor;
    }
}
