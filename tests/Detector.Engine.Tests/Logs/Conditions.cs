using Detector.Engine.Logs;
using Detector.Engine.Rules;

namespace Detector.Engine.Tests.Logs;

/// <summary>A field is one of some texts, case-insensitively.</summary>
internal sealed class Field(int slot, params string[] texts) : Predicate
{
    public Field(CanonicalField field, params string[] texts)
        : this((int)field, texts)
    {
    }

    public override bool Matches(LogEvent candidate)
    {
        var value = candidate[slot];
        for (var i = 0; i < value.Count; i++)
        {
            if (texts.Contains(value[i], StringComparer.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    public override bool? Decide(LogEvent partial, ReadOnlySpan<bool> known) => known[slot] ? Matches(partial) : null;

    public override void CollectSlots(ISet<int> slots) => slots.Add(slot);

    public override void Explain(LogEvent candidate, ICollection<int> slots) => slots.Add(slot);
}

/// <summary>All, in three-valued logic.</summary>
internal sealed class All(params Predicate[] parts) : Predicate
{
    public override bool Matches(LogEvent candidate) => Array.TrueForAll(parts, p => p.Matches(candidate));

    public override bool? Decide(LogEvent partial, ReadOnlySpan<bool> known)
    {
        bool? all = true;
        foreach (var part in parts)
        {
            var one = part.Decide(partial, known);
            if (one == false) return false;
            all &= one;
        }

        return all;
    }

    public override void CollectSlots(ISet<int> slots)
    {
        foreach (var part in parts) part.CollectSlots(slots);
    }

    public override void Explain(LogEvent candidate, ICollection<int> slots)
    {
    }
}

/// <summary>Not, in three-valued logic.</summary>
internal sealed class Not(Predicate part) : Predicate
{
    public override bool Matches(LogEvent candidate) => !part.Matches(candidate);

    public override bool? Decide(LogEvent partial, ReadOnlySpan<bool> known) => !part.Decide(partial, known);

    public override void CollectSlots(ISet<int> slots) => part.CollectSlots(slots);

    public override void Explain(LogEvent candidate, ICollection<int> slots)
    {
    }
}
