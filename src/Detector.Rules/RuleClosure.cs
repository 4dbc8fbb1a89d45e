using Detector.Engine.Rules;

namespace Detector.Rules;

/// <summary>Which files a few rules need: their own, those of the rules they look at, and the rows of activation sessions.</summary>
internal static class RuleClosure
{
    public static IReadOnlySet<string> FilesOf(RuleSet rules, IReadOnlyCollection<string> names)
    {
        var kept = rules.Sigma.Where(rule => rule.Session).ToHashSet<Rule>();
        var open = new Stack<Rule>(rules.All.Where(rule => names.Contains(rule.Name)));
        while (open.TryPop(out var rule))
        {
            if (!kept.Add(rule)) continue;
            foreach (var source in SourcesOf(rules, rule)) open.Push(source);
        }

        return kept.Select(rule => rule.File).ToHashSet(StringComparer.Ordinal);
    }

    private static IEnumerable<Rule> SourcesOf(RuleSet rules, Rule rule) => rule switch
    {
        ScoreRule score => [rules.Sigma[score.On], .. score.Factors.OfType<CountFactor>().Select(factor => rules.Sigma[factor.Count])],
        WindowRule window => window.Inputs.Select(input => input.Kind switch
        {
            SourceKind.Sigma => rules.Sigma[input.Index],
            SourceKind.Window => rules.Windows[input.Index],
            SourceKind.Score => rules.Scores[input.Index],
            _ => (Rule?)null,
        }).OfType<Rule>(),
        _ => [],
    };
}
