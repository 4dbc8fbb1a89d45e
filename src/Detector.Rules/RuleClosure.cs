using Detector.Engine.Rules;

namespace Detector.Rules;

/// <summary>Which files a few rules need: their own, those of the rules they look at, and the rows of activation sessions.</summary>
internal static class RuleClosure
{
    public static IReadOnlySet<string> FilesOf(RuleSet rules, IReadOnlyCollection<string> names) => Of(rules, names).Select(rule => rule.File).ToHashSet(StringComparer.Ordinal);

    /// <summary>The rules of these names with what they need, as a set of their own.</summary>
    public static RuleSet Subset(RuleSet rules, IReadOnlyCollection<string> names)
    {
        var kept = Of(rules, names);
        var sigma = Places(rules.Sigma, kept);
        var scores = Places(rules.Scores, kept);
        var windows = Places(rules.Windows, kept);
        return rules with
        {
            Sigma = [.. rules.Sigma.Where(kept.Contains)],
            Scores = [.. rules.Scores.Where(kept.Contains).Select(score => score with
            {
                On = sigma[score.On],
                Factors = [.. score.Factors.Select(factor => factor is CountFactor count ? count with { Count = sigma[count.Count] } : factor)],
            })],
            Windows = [.. rules.Windows.Where(kept.Contains).Select(window => window with { Inputs = [.. window.Inputs.Select(Placed)] })],
        };

        RuleInput Placed(RuleInput input) => input.Kind switch
        {
            SourceKind.Sigma => input with { Index = sigma[input.Index] },
            SourceKind.Window => input with { Index = windows[input.Index] },
            SourceKind.Score => input with { Index = scores[input.Index] },
            _ => input,
        };
    }

    // Where each rule that is kept stands among them.
    private static int[] Places(IEnumerable<Rule> rules, HashSet<Rule> kept)
    {
        var next = 0;
        return [.. rules.Select(rule => kept.Contains(rule) ? next++ : -1)];
    }

    private static HashSet<Rule> Of(RuleSet rules, IReadOnlyCollection<string> names)
    {
        var kept = rules.Sigma.Where(rule => rule.Session).ToHashSet<Rule>();
        var open = new Stack<Rule>(rules.All.Where(rule => names.Contains(rule.Name)));
        while (open.TryPop(out var rule))
        {
            if (!kept.Add(rule)) continue;
            foreach (var source in SourcesOf(rules, rule)) open.Push(source);
        }

        return kept;
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
