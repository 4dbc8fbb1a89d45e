using System.Collections.Immutable;
using Detector.Engine.Logs;
using Detector.Engine.Rules.Operators;

namespace Detector.Engine.Rules;

/// <summary>Tests one field with one or more operators: any of them must hold, or all (<c>|all</c>).</summary>
public sealed class FieldPredicate(string field, int slot, ImmutableArray<Operator> operators, bool all = false) : Predicate
{
    /// <summary>The field as the rule names it.</summary>
    public string Field { get; } = field;

    /// <summary>Its slot.</summary>
    public int Slot { get; } = slot;

    /// <summary>The tests.</summary>
    public ImmutableArray<Operator> Operators { get; } = operators;

    /// <summary>Whether all must hold rather than one.</summary>
    public bool All { get; } = all;

    /// <inheritdoc />
    public override bool Matches(LogEvent candidate)
    {
        var value = candidate[Slot];
        foreach (var test in Operators)
        {
            if (test.Matches(value) != All) return !All;
        }

        return All;
    }

    /// <inheritdoc />
    public override bool? Decide(LogEvent partial, ReadOnlySpan<bool> known) => known[Slot] ? Matches(partial) : null;

    /// <inheritdoc />
    public override void CollectSlots(ISet<int> slots) => slots.Add(Slot);

    /// <inheritdoc />
    public override void Explain(LogEvent candidate, ICollection<int> slots) => slots.Add(Slot);

    /// <inheritdoc />
    public override string ToString() => Operators.Length == 1
        ? $"{Field} {Operators[0]}"
        : $"({string.Join(All ? " and " : " or ", Operators.Select(test => $"{Field} {test}"))})";
}
