using Detector.Engine.Logs;

namespace Detector.Engine.Rules;

/// <summary>Finds the Sigma rules that an enriched event matches. Thread-safe.</summary>
public sealed class RuleMatcher(RuleSet rules)
{
    private readonly SigmaRule[] _rules = [.. rules.Sigma];

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
        return more is null ? hits[..count].ToArray() : [.. hits, .. more];
    }
}
