using System.Globalization;
using System.Runtime.InteropServices;

namespace Detector.Host.Check;

/// <summary>How one rule did.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Planted">Alerts that the truth expects of it.</param>
/// <param name="Found">Of these, given.</param>
/// <param name="Unexplained">Alerts of it that the truth does not expect.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RuleVerdict(string Rule, int Planted, int Found, int Unexplained)
{
    public int Missed => Planted - Found;

    /// <summary>Share of what was planted that was found; null where nothing was.</summary>
    public double? Recall => Planted == 0 ? null : (double)Found / Planted;

    /// <summary>Share of what was found that was planted; null where nothing was found.</summary>
    public double? Precision => Found + Unexplained == 0 ? null : (double)Found / (Found + Unexplained);

    /// <summary>A share as people read it.</summary>
    public static string Text(double? share) => share?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";
}

/// <summary>What was expected and what was given, side by side.</summary>
/// <param name="Rules">By name.</param>
/// <param name="Missed">Expected, and not given.</param>
/// <param name="Unexplained">Given, and not expected.</param>
internal sealed record Verdict(IReadOnlyList<RuleVerdict> Rules, IReadOnlyList<Expectation> Missed, IReadOnlyList<Finding> Unexplained)
{
    public RuleVerdict Total => new("all", Rules.Sum(rule => rule.Planted), Rules.Sum(rule => rule.Found), Unexplained.Count);

    /// <summary>Pairs each expected alert with one that was given; no alert answers two.</summary>
    public static Verdict Of(IReadOnlyList<Expectation> expected, IReadOnlyList<Finding> found)
    {
        var free = found.GroupBy(finding => finding.Rule, StringComparer.Ordinal).ToDictionary(rule => rule.Key, rule => rule.ToList(), StringComparer.Ordinal);
        var missed = new List<Expectation>();

        // Who asks for most chooses first, so that what asks for less does not take its alert.
        foreach (var expectation in expected.OrderByDescending(expectation => expectation.Records.Count))
        {
            if (free.TryGetValue(expectation.Rule, out var alerts) && alerts.Find(alert => alert.Answers(expectation)) is { } answer) alerts.Remove(answer);
            else missed.Add(expectation);
        }

        var unexplained = free.Values.SelectMany(alerts => alerts).OrderBy(alert => alert.Rule, StringComparer.Ordinal).ThenBy(alert => alert.Time, StringComparer.Ordinal).ToList();
        var names = expected.Select(expectation => expectation.Rule).Concat(found.Select(finding => finding.Rule)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return new Verdict([.. names.Select(Of)], missed, unexplained);

        RuleVerdict Of(string rule)
        {
            var planted = expected.Count(expectation => expectation.Rule == rule);
            return new RuleVerdict(rule, planted, planted - missed.Count(expectation => expectation.Rule == rule), unexplained.Count(alert => alert.Rule == rule));
        }
    }
}
