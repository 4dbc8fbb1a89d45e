using System.Collections.Immutable;
using Detector.Engine.Logs;

namespace Detector.Engine.Rules;

/// <summary>Holds when all of its terms hold.</summary>
public sealed class AndPredicate(ImmutableArray<Predicate> terms) : Predicate
{
    /// <summary>The terms.</summary>
    public ImmutableArray<Predicate> Terms { get; } = terms;

    /// <inheritdoc />
    public override bool Matches(LogEvent candidate)
    {
        foreach (var term in Terms)
        {
            if (!term.Matches(candidate)) return false;
        }

        return true;
    }

    /// <inheritdoc />
    public override bool? Decide(LogEvent partial, ReadOnlySpan<bool> known)
    {
        bool? all = true;
        foreach (var term in Terms)
        {
            var one = term.Decide(partial, known);
            if (one == false) return false;
            if (one is null) all = null;
        }

        return all;
    }

    /// <inheritdoc />
    public override void CollectSlots(ISet<int> slots)
    {
        foreach (var term in Terms) term.CollectSlots(slots);
    }

    /// <inheritdoc />
    public override void Explain(LogEvent candidate, ICollection<int> slots)
    {
        foreach (var term in Terms) term.Explain(candidate, slots);
    }

    /// <inheritdoc />
    public override string ToString() => $"({string.Join(" and ", Terms)})";
}

/// <summary>Holds when one of its terms holds.</summary>
public sealed class OrPredicate(ImmutableArray<Predicate> terms) : Predicate
{
    /// <summary>The terms.</summary>
    public ImmutableArray<Predicate> Terms { get; } = terms;

    /// <inheritdoc />
    public override bool Matches(LogEvent candidate)
    {
        foreach (var term in Terms)
        {
            if (term.Matches(candidate)) return true;
        }

        return false;
    }

    /// <inheritdoc />
    public override bool? Decide(LogEvent partial, ReadOnlySpan<bool> known)
    {
        bool? any = false;
        foreach (var term in Terms)
        {
            var one = term.Decide(partial, known);
            if (one == true) return true;
            if (one is null) any = null;
        }

        return any;
    }

    /// <inheritdoc />
    public override void CollectSlots(ISet<int> slots)
    {
        foreach (var term in Terms) term.CollectSlots(slots);
    }

    /// <inheritdoc />
    public override void Explain(LogEvent candidate, ICollection<int> slots)
    {
        foreach (var term in Terms)
        {
            if (term.Matches(candidate)) term.Explain(candidate, slots);
        }
    }

    /// <inheritdoc />
    public override string ToString() => $"({string.Join(" or ", Terms)})";
}

/// <summary>Holds when its term does not.</summary>
public sealed class NotPredicate(Predicate term) : Predicate
{
    /// <summary>The term.</summary>
    public Predicate Term { get; } = term;

    /// <inheritdoc />
    public override bool Matches(LogEvent candidate) => !Term.Matches(candidate);

    /// <inheritdoc />
    public override bool? Decide(LogEvent partial, ReadOnlySpan<bool> known) => !Term.Decide(partial, known);

    /// <inheritdoc />
    public override void CollectSlots(ISet<int> slots) => Term.CollectSlots(slots);

    /// <inheritdoc />
    public override void Explain(LogEvent candidate, ICollection<int> slots)
    {
        // What is not so is told by the fields that were looked at.
        var looked = new SortedSet<int>();
        Term.CollectSlots(looked);
        foreach (var slot in looked) slots.Add(slot);
    }

    /// <inheritdoc />
    public override string ToString() => $"not {Term}";
}

/// <summary>Holds always, or never.</summary>
public sealed class ConstantPredicate(bool value) : Predicate
{
    /// <inheritdoc />
    public override bool Matches(LogEvent candidate) => value;

    /// <inheritdoc />
    public override bool? Decide(LogEvent partial, ReadOnlySpan<bool> known) => value;

    /// <inheritdoc />
    public override void CollectSlots(ISet<int> slots)
    {
    }

    /// <inheritdoc />
    public override void Explain(LogEvent candidate, ICollection<int> slots)
    {
    }

    /// <inheritdoc />
    public override string ToString() => value ? "always" : "never";
}
