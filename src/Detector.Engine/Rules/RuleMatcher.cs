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
        Span<int> hits = stackalloc int[32];
        var count = 0;
        List<int>? more = null;
        for (var i = 0; i < _rules.Length; i++)
        {
            if (!_rules[i].Predicate.Matches(candidate)) continue;
            if (count < hits.Length) hits[count++] = i;
            else (more ??= []).Add(i);
        }

        if (count == 0) return [];
        if (count == 1) return _single[hits[0]];
        return more is null ? hits[..count].ToArray() : [.. hits, .. more];
    }
}
