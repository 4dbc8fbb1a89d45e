using Detector.Engine.Alerts;
using Detector.Engine.Logs;
using Detector.Engine.Rules;

namespace Detector.Engine.Tests.Pipeline;

/// <summary>
/// What the alerts must be, found the slow and obvious way: all events at once, every pair looked at. It shares no code
/// with the pipeline.
/// </summary>
internal static class BatchOracle
{
    public static IReadOnlyList<string> Alerts(IReadOnlyList<MatchedEvent> events, int threshold = 40)
    {
        var all = events.GroupBy(e => e.Event.Id).Select(copies => copies.First()).ToList();
        return [.. Risky(all, threshold).Concat(Emergencies(all)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The same words for an alert of the pipeline.</summary>
    public static string Describe(Alert alert) => Describe(
        alert.Rule.Name, alert.Id, alert.Severity, alert.Score, alert.EventTime,
        alert.Factors.Select(f => (f.Id, f.Points, f.Events.AsEnumerable())), alert.Evidence.Select(e => (e.Id, e.Time)), alert.Justification);

    private static IEnumerable<string> Risky(List<MatchedEvent> all, int threshold)
    {
        var sessions = all.Where(e => e.Matches.Contains(Scene.Activated) || e.Matches.Contains(Scene.SessionRow)).Select(e => e.Event).ToList();
        foreach (var session in all.Where(e => e.Matches.Contains(Scene.Activated)).GroupBy(e => e.Event.Text(CanonicalField.RequestId)))
        {
            var anchor = Earliest(session.Select(e => e.Event));
            var failures = all
                .Where(e => e.Matches.Contains(Scene.Failed)
                    && e.Event.Text(CanonicalField.UserId) == anchor.Text(CanonicalField.ActorId)
                    && e.Event.Time <= anchor.Time && anchor.Time - e.Event.Time <= TimeSpan.FromHours(1))
                .GroupBy(e => e.Event.Text(CanonicalField.AttemptId))
                .Select(rows => Earliest(rows.Select(e => e.Event)))
                .OrderBy(e => e.Time).ThenBy(e => e.Id, StringComparer.Ordinal)
                .ToList();
            var rows = sessions.Where(row => row.Text(CanonicalField.RequestId) == anchor.Text(CanonicalField.RequestId)).ToList();
            var linked = rows.Select(row => row.Text(CanonicalField.CorrelationId)).ToHashSet();
            rows = [.. sessions.Where(row => rows.Contains(row) || linked.Contains(row.Text(CanonicalField.CorrelationId)))
                .Where(row => row.Time >= anchor.Time.AddDays(-1) && row.Time <= anchor.Time.AddMinutes(5))];

            var tier = anchor.Text(CanonicalField.RoleTier) == "0" ? 30 : 10;
            var score = tier + 5 * failures.Count;
            if (score < threshold) continue;
            var factors = new List<(string, int, IEnumerable<string>)> { ("tier", tier, [anchor.Id]) };
            if (failures.Count > 0) factors.Add(("failures", 5 * failures.Count, failures.Select(e => e.Id)));
            var justification = anchor.Text(CanonicalField.Justification) ?? rows
                .Where(row => row.Text(CanonicalField.ActorId) == anchor.Text(CanonicalField.ActorId) && row.Text(CanonicalField.Justification) is not null)
                .OrderBy(row => row.Time).ThenBy(row => row.Id, StringComparer.Ordinal)
                .FirstOrDefault()?.Text(CanonicalField.Justification);
            yield return Describe(
                "risk", AlertId.From(Scene.Tenant, Scene.Risk.Id, anchor.Text(CanonicalField.RequestId)!), score >= 70 ? Severity.Critical : Severity.High, score, anchor.Time,
                factors, rows.Concat(failures).Select(e => (e.Id, e.Time)), justification);
        }
    }

    private static IEnumerable<string> Emergencies(List<MatchedEvent> all)
    {
        foreach (var attempt in all.Where(e => e.Matches.Contains(Scene.BreakGlass)).GroupBy(e => e.Event.Text(CanonicalField.AttemptId)))
        {
            var anchor = Earliest(attempt.Select(e => e.Event));
            var rows = attempt.Select(e => e.Event).Where(e => e.Time <= anchor.Time.AddMinutes(5));
            yield return Describe("break_glass", AlertId.From(Scene.Tenant, "rule-break_glass", attempt.Key!), Severity.Critical, null, anchor.Time, [], rows.Select(e => (e.Id, e.Time)), null);
        }
    }

    private static LogEvent Earliest(IEnumerable<LogEvent> rows) => rows.OrderBy(e => e.Time).ThenBy(e => e.Id, StringComparer.Ordinal).First();

    private static string Describe(
        string rule, Guid id, Severity severity, int? score, DateTime time,
        IEnumerable<(string Id, int Points, IEnumerable<string> Events)> factors, IEnumerable<(string Id, DateTime Time)> evidence, string? justification) =>
        $"{rule} {id} {severity} {score} {time:O} "
        + string.Join("; ", factors.Select(f => $"{f.Id}={f.Points} of {string.Join(',', f.Events)}"))
        + " evidence " + string.Join(',', evidence.OrderBy(e => e.Time).ThenBy(e => e.Id, StringComparer.Ordinal).Select(e => e.Id))
        + $" because '{justification}'";
}
