using Detector.Engine.Alerts;
using Detector.Engine.Rules;

namespace Detector.Host.Backtest;

/// <summary>What a backtest compares of an alert, and what it needs to name it. Small: all alerts of one side may wait for the other.</summary>
internal sealed record AlertOutline(
    Guid Id, string RuleId, string RuleName, DateTime Time, Severity Severity, int? Score, IReadOnlyList<(string Id, int Points)> Factors, int Evidence, string? Actor, string? Role)
{
    public static AlertOutline Of(Alert alert) => new(
        alert.Id, alert.Rule.Id, alert.Rule.Name, alert.EventTime, alert.Severity, alert.Score,
        [.. alert.Factors.Select(factor => (factor.Id, factor.Points))], alert.Evidence.Length, alert.Actor?.Upn ?? alert.Actor?.Id, alert.Role?.Name ?? alert.Role?.Id);

    /// <summary>What a reader of both would see change, a line each: severity, score, factors, number of records.</summary>
    public IEnumerable<string> ChangesTo(AlertOutline other)
    {
        if (Severity != other.Severity) yield return $"severity: {AlertJson.Word(Severity)} -> {AlertJson.Word(other.Severity)}";
        if (Score != other.Score) yield return $"score: {Points(Score)} -> {Points(other.Score)}";
        foreach (var id in Factors.Concat(other.Factors).Select(factor => factor.Id).Distinct(StringComparer.Ordinal))
        {
            var (before, after) = (PointsOf(id), other.PointsOf(id));
            if (before != after) yield return $"factor {id}: {Points(before)} -> {Points(after)}";
        }

        if (Evidence != other.Evidence) yield return FormattableString.Invariant($"records: {Evidence} -> {other.Evidence}");
    }

    private static string Points(int? points) => points is { } some ? FormattableString.Invariant($"{some}") : "none";

    private int? PointsOf(string factor)
    {
        foreach (var (id, points) in Factors)
        {
            if (string.Equals(id, factor, StringComparison.Ordinal)) return points;
        }

        return null;
    }
}

/// <summary>An alert that one side alone has, or that differs between them; never both null.</summary>
internal sealed record AlertDifference(AlertOutline? Old, AlertOutline? New)
{
    /// <summary>The one to name it by.</summary>
    public AlertOutline Shown => New ?? Old!;

    /// <summary>The word that programs are told.</summary>
    public string Word => Old is null ? "appears" : New is null ? "disappears" : "changes";
}
