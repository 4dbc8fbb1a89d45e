using Detector.Engine.Alerts;
using Detector.Engine.Rules;

namespace Detector.Host.Coverage;

/// <summary>A technique under a tactic (null where no rule names one), and the rules that alert on it, by name.</summary>
internal sealed record CoveredTechnique(string? Tactic, string Technique, IReadOnlyList<Rule> Rules);

/// <summary>Which techniques of ATT&amp;CK the rules that alert are tagged with. Building blocks alert nobody, and cover nothing.</summary>
internal sealed class AttackCoverage
{
    private const string Prefix = "attack.";

    public AttackCoverage(RuleSet rules)
    {
        var alerting = rules.All.Where(RuleWords.Alerts).OrderBy(rule => rule.Name, StringComparer.Ordinal).ToList();
        Techniques =
        [
            .. alerting.SelectMany(Pairs)
                .GroupBy(pair => (pair.Tactic, pair.Technique))
                .OrderBy(group => AttackTactics.Order(group.Key.Tactic ?? "")).ThenBy(group => group.Key.Tactic, StringComparer.Ordinal).ThenBy(group => group.Key.Technique, StringComparer.Ordinal)
                .Select(group => new CoveredTechnique(group.Key.Tactic, group.Key.Technique, [.. group.Select(pair => pair.Rule)])),
        ];
        Untagged = [.. alerting.Where(rule => !AttackTags.Techniques(rule.Tags).Any())];
    }

    /// <summary>In the order of the matrix, then by number.</summary>
    public IReadOnlyList<CoveredTechnique> Techniques { get; }

    /// <summary>Rules that alert and name no technique.</summary>
    public IReadOnlyList<Rule> Untagged { get; }

    // A rule does not say which of its techniques serves which of its tactics: each counts for all of them.
    private static IEnumerable<(string? Tactic, string Technique, Rule Rule)> Pairs(Rule rule)
    {
        var tactics = rule.Tags.Select(tag => tag.ToLowerInvariant().Replace('_', '-')).Where(IsTactic).Select(tag => (string?)tag[Prefix.Length..]).Distinct().ToList();
        return
            from technique in AttackTags.Techniques(rule.Tags).Distinct(StringComparer.Ordinal)
            from tactic in tactics.DefaultIfEmpty(null)
            select (tactic, technique, rule);
    }

    private static bool IsTactic(string tag) =>
        tag.StartsWith(Prefix, StringComparison.Ordinal) && AttackTags.Tactics([tag]).Any();
}
