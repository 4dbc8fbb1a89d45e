using Detector.Engine.Logs;
using Detector.Engine.Rules;

namespace Detector.Rules.Lint;

/// <summary>
/// Finds rules that no record can make true, whatever its other fields hold: their conditions need fields that no record has,
/// or rules that are dead themselves.
/// </summary>
internal sealed class DeadRules
{
    private readonly RuleSet _rules;
    private readonly LogEvent _empty;
    private readonly bool[] _absent;
    private readonly bool[] _sigma;
    private readonly bool?[] _windows;

    /// <param name="rules">The rules; window rules are left out of account where their references may not hold.</param>
    /// <param name="uses">The fields that they name.</param>
    public DeadRules(RuleSet rules, IEnumerable<FieldUse> uses)
    {
        _rules = rules;
        _empty = new LogEvent(rules.Schema);
        _absent = new bool[rules.Schema.Count];
        foreach (var use in uses.Where(use => use.Binding == FieldBinding.Unknown))
        {
            if (rules.Schema.TryGetSlot(use.Field.Name, out var slot)) _absent[slot] = true;
        }

        // What is known of any record is that it lacks these fields: where that alone decides, nothing else matters.
        _sigma = [.. rules.Sigma.Select(rule => rule.Predicate.Decide(_empty, _absent) == false)];
        _windows = new bool?[rules.Windows.Length];
    }

    /// <summary>The dead rules, each once.</summary>
    public IEnumerable<Rule> Find() => _rules.All.Where(IsDead);

    private bool IsDead(Rule rule) => rule switch
    {
        SigmaRule sigma => _sigma[_rules.Sigma.IndexOf(sigma)],
        ScoreRule score => _sigma[score.On],
        WindowRule window => IsDead(window, _rules.Windows.IndexOf(window)),
        _ => false,
    };

    private bool IsDead(WindowRule rule, int index) => _windows[index] ??= rule switch
    {
        AggregateRule => rule.Inputs.All(IsDead),
        TemporalRule or JoinRule => rule.Inputs.Any(IsDead),
        FirstSeenRule first => IsDead(rule.Inputs[0]) || first.Fields.Any(slot => _absent[slot]),

        // The others are what is missing.
        AbsenceRule => IsDead(rule.Inputs[0]),
        _ => false,
    };

    // An event that lacks a field of the key is left out.
    private bool IsDead(RuleInput input) => input.Key.Any(slot => _absent[slot]) || input.Kind switch
    {
        SourceKind.Sigma => _sigma[input.Index],
        SourceKind.Score => IsDead(_rules.Scores[input.Index]),
        SourceKind.Window => IsDead(_rules.Windows[input.Index], input.Index),
        _ => false,
    };
}
