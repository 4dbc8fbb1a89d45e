using System.Collections.Immutable;
using Detector.Engine.Logs;

namespace Detector.Engine.Rules;

/// <summary>All rules that run together, with the fields they ask for. Immutable: a changed folder is a new set.</summary>
public sealed record RuleSet
{
    /// <summary>Sigma detections; other rules and <see cref="MatchedEvent"/> refer to them by index.</summary>
    public required ImmutableArray<SigmaRule> Sigma { get; init; }

    /// <summary>Score rules.</summary>
    public required ImmutableArray<ScoreRule> Scores { get; init; }

    /// <summary>Rules over several events; a rule that looks at another may stand before or after it, but they never look at one another in a circle.</summary>
    public ImmutableArray<WindowRule> Windows { get; init; } = [];

    /// <summary>
    /// Every rule of every kind, once: detections, then scores, then rules over several events. A detection with a suppression
    /// is two rules of one id; it is named by the second, which alerts.
    /// </summary>
    public IEnumerable<Rule> All
    {
        get
        {
            var suppressed = Windows.Select(window => window.Id).ToHashSet(StringComparer.Ordinal);
            return [.. Sigma.Where(rule => !suppressed.Contains(rule.Id)), .. Scores, .. Windows];
        }
    }

    /// <summary>The slots that predicates and joins use.</summary>
    public required FieldSchema Schema { get; init; }
}
