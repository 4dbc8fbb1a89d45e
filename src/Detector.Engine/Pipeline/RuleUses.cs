using Detector.Engine.Logs;
using Detector.Engine.Rules;

namespace Detector.Engine.Pipeline;

/// <summary>What the pipeline does with the matches of each Sigma rule: derived from the rule set once.</summary>
internal sealed class RuleUses
{
    private readonly Dictionary<WhenFactor, int[]> _fillable = new(ReferenceEqualityComparer.Instance);

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

        foreach (var condition in rules.Scores.SelectMany(rule => rule.Factors).OfType<WhenFactor>())
        {
            var slots = new HashSet<int>();
            condition.When.CollectSlots(slots);
            _fillable.Add(condition, [.. Evaluator.SessionFields.Select(field => (int)field).Where(slots.Contains)]);
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

    /// <summary>Whether a condition reads a field that the event lacks and that other rows of its session could lend it.</summary>
    public bool MayBeFilled(WhenFactor condition, LogEvent scored)
    {
        foreach (var slot in _fillable[condition])
        {
            if (!scored[slot].IsPresent) return true;
        }

        return false;
    }

    internal sealed class Use
    {
        public bool IsSessionRow { get; set; }

        public List<int> Scores { get; } = [];

        public List<CountStore> Stores { get; } = [];
    }
}
