using Detector.Engine.Rules;

namespace Detector.Rules;

/// <summary>What a name in a rule refers to.</summary>
internal sealed record RuleTarget(SourceKind Kind, int Index, string Name, string Title);

/// <summary>All rules of a folder by name and by id, and which of them others refer to.</summary>
internal sealed class RuleIndex
{
    /// <summary>The name under which rules look at the engine's own alerts.</summary>
    public const string HighAlerts = "alerts.high";

    private readonly Dictionary<string, RuleTarget> _byName = new(StringComparer.Ordinal) { [HighAlerts] = new(SourceKind.HighAlerts, 0, HighAlerts, "Alert of severity high or critical") };
    private readonly Dictionary<string, RuleTarget> _byId = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<RuleTarget> _referredTo = new(ReferenceEqualityComparer.Instance);

    public void Add(SourceKind kind, int index, string name, string? id, string? title)
    {
        var target = new RuleTarget(kind, index, name, string.IsNullOrWhiteSpace(title) ? name : title);
        _byName.TryAdd(name, target);
        if (!string.IsNullOrEmpty(id)) _byId.TryAdd(id, target);
    }

    /// <summary>Whether another rule looks at it: then it alerts nobody itself.</summary>
    public bool IsReferredTo(SourceKind kind, int index) => _referredTo.Any(target => target.Kind == kind && target.Index == index);

    /// <summary>The rule of a name or id, without looking at it for another rule.</summary>
    public RuleTarget? Peek(string name) => _byName.TryGetValue(name, out var target) || _byId.TryGetValue(name, out target) ? target : null;

    /// <summary>The rule of a name or id; null, and a problem, when there is none.</summary>
    public RuleTarget? Refer(string name, int line, Diagnostics problems)
    {
        if (_byName.TryGetValue(name, out var target) || _byId.TryGetValue(name, out target))
        {
            _referredTo.Add(target);
            return target;
        }

        problems.Error(line, $"There is no rule with the name or id '{name}'.", Suggestion.For(name, _byName.Keys) ?? "Give a rule of this folder a 'name:' and refer to that.");
        return null;
    }
}
