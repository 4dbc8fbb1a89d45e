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
        foreach (var (rule, isCertain) in candidates.Of(candidate))
        {
            if (isCertain || _rules[rule].Predicate.Matches(candidate)) hits.Add(rule);
        }

        return Of(hits);
    }

    private int[] Of(in Hits hits) => hits.Count switch { 0 => [], 1 => _single[hits.First], _ => hits.ToArray() };

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

        public readonly int[] ToArray() => _more is null ? _few[..Count].ToArray() : [.. _few, .. _more];
    }
}
