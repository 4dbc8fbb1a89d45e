using Detector.Engine.Rules;

namespace Detector.Engine.Pipeline;

/// <summary>What the pipeline does with the matches of each Sigma rule: derived from the rule set once.</summary>
internal sealed class RuleUses
{
    public RuleUses(RuleSet rules)
    {
        Uses = [.. rules.Sigma.Select(_ => new Use())];
        for (var i = 0; i < rules.Sigma.Length; i++) Uses[i].IsSessionRow = rules.Sigma[i].Session;
        for (var s = 0; s < rules.Scores.Length; s++)
        {
            Uses[rules.Scores[s].On].Scores.Add(s);
            Uses[rules.Scores[s].On].IsSessionRow = true;
        }

        foreach (var group in rules.Scores.SelectMany(rule => rule.Factors).OfType<CountFactor>().GroupBy(StoreKey, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var first = group.First();
            var store = new CountStore(group.Key, rules.Sigma[first.Count], [.. first.Join.Select(pair => pair.Counted)], group.Max(factor => factor.Within));
            foreach (var factor in group) StoreOf.Add(factor, store);
            Uses[first.Count].Stores.Add(store);
            Stores.Add(store);
        }

        string StoreKey(CountFactor factor) =>
            $"{rules.Sigma[factor.Count].Id}|{string.Join('|', factor.Join.Select(pair => rules.Schema.Fields[pair.Counted].Name))}";
    }

    /// <summary>By index of the Sigma rule.</summary>
    public Use[] Uses { get; }

    /// <summary>Every window store, by key.</summary>
    public List<CountStore> Stores { get; } = [];

    /// <summary>Factors that count the same rule by the same fields share a store.</summary>
    public Dictionary<CountFactor, CountStore> StoreOf { get; } = new(ReferenceEqualityComparer.Instance);

    internal sealed class Use
    {
        public bool IsSessionRow { get; set; }

        public List<int> Scores { get; } = [];

        public List<CountStore> Stores { get; } = [];
    }
}
