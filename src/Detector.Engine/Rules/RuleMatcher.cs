using Detector.Engine.Logs;

namespace Detector.Engine.Rules;

/// <summary>Finds the Sigma rules that an enriched event matches. Thread-safe.</summary>
public sealed class RuleMatcher(RuleSet rules)
{
    private readonly SigmaRule[] _rules = [.. rules.Sigma];
    private readonly int[][] _single = [.. Enumerable.Range(0, rules.Sigma.Length).Select(index => new[] { index })];
    private readonly HashSet<int> _countedBy = [.. rules.Scores.SelectMany(score => score.Factors).OfType<CountFactor>().SelectMany(count => count.Join).Select(pair => pair.Counted)];
    private readonly bool[] _isShown = [.. rules.Sigma.Select((rule, index) => rule.Alerts || rule.Session || rules.Scores.Any(score => score.On == index) || IsInput(rules, index))];

    // A window rule may show any event of its inputs, and reads their fields.
    private static bool IsInput(RuleSet rules, int index) =>
        rules.Windows.Any(window => window.Inputs.Any(input => input.Kind == SourceKind.Sigma && input.Index == index));

    /// <summary>Whether every count joins by these slots of the counted event alone.</summary>
    public bool CountsBy(IReadOnlySet<int> slots) => _countedBy.IsSubsetOf(slots);

    /// <summary>Whether an alert may show the event itself: one of the rules alerts, scores it, or takes it for a row of a session. Others are only counted.</summary>
    public bool IsShown(ReadOnlySpan<int> matches)
    {
        foreach (var index in matches)
        {
            if (_isShown[index]) return true;
        }

        return false;
    }

    /// <summary>Indexes of the rules that match, ascending; an empty array (always the same one) when none does.</summary>
    public int[] Match(LogEvent candidate)
    {
        var hits = new Hits(stackalloc int[Hits.Few]);
        for (var i = 0; i < _rules.Length; i++)
        {
            if (_rules[i].Predicate.Matches(candidate)) hits.Add(i);
        }

        return Of(hits);
    }

    /// <summary>The same, with only those rules looked at that can match such an event.</summary>
    internal int[] Match(LogEvent candidate, CandidateRules candidates)
    {
        var hits = new Hits(stackalloc int[Hits.Few]);
        var those = candidates.Of(candidate);
        foreach (var rule in those.Certain) hits.Add(rule);
        Try(candidate, those.Open, ref hits);
        foreach (var gate in those.Gates)
        {
            if (gate.IsOpen(candidate)) Try(candidate, gate.Rules, ref hits);
        }

        foreach (var index in those.Indexes) Add(candidate, index, ref hits);
        return hits.Count > 1 && hits.Count == those.Certain.Length ? those.Certain : Of(hits);
    }

    private void Try(LogEvent candidate, int[] rules, ref Hits hits)
    {
        foreach (var rule in rules)
        {
            if (_rules[rule].Predicate.Matches(candidate)) hits.Add(rule);
        }
    }

    private void Add(LogEvent candidate, EqualityIndex index, ref Hits hits)
    {
        var value = candidate[index.Slot];
        for (var i = 0; i < value.Count; i++)
        {
            if (index.Of(value[i]) is not { } rules) continue;
            foreach (var rule in rules)
            {
                // A field with several texts may name a rule twice.
                if ((i == 0 || !hits.Has(rule)) && _rules[rule].Predicate.Matches(candidate)) hits.Add(rule);
            }
        }
    }

    private int[] Of(in Hits hits)
    {
        if (hits.Count == 0) return [];
        if (hits.Count == 1) return _single[hits.First];
        var found = hits.ToArray();
        Array.Sort(found);
        return found;
    }

    private ref struct Hits(Span<int> few)
    {
        public const int Few = 32;

        private readonly Span<int> _few = few;
        private List<int>? _more;

        public int Count { get; private set; }

        public readonly int First => _few[0];

        public void Add(int rule)
        {
            if (Count < _few.Length) _few[Count] = rule;
            else (_more ??= []).Add(rule);
            Count++;
        }

        public readonly bool Has(int rule) => _few[..Math.Min(Count, _few.Length)].Contains(rule) || _more?.Contains(rule) == true;

        public readonly int[] ToArray() => _more is null ? _few[..Count].ToArray() : [.. _few, .. _more];
    }
}
