using Detector.Engine.Logs;

namespace Detector.Engine.Rules;

/// <summary>Where in a text another one must stand.</summary>
public enum TextPlace
{
    /// <summary>They are the same.</summary>
    Whole,

    /// <summary>At its start.</summary>
    Start,

    /// <summary>At its end.</summary>
    End,

    /// <summary>Anywhere in it.</summary>
    Anywhere,
}

/// <summary>
/// Compares two fields of one event (<c>fieldref</c>): some text of the first is, begins with, ends with or contains some text of
/// the second. An absent field on either side matches nothing.
/// </summary>
public sealed class FieldReferencePredicate(string field, int slot, string other, int otherSlot, TextPlace place, bool cased) : Predicate
{
    private readonly StringComparison _comparison = cased ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>The first field, as the rule names it.</summary>
    public string Field { get; } = field;

    /// <summary>Its slot.</summary>
    public int Slot { get; } = slot;

    /// <summary>The second field, as the rule names it.</summary>
    public string Other { get; } = other;

    /// <summary>Its slot.</summary>
    public int OtherSlot { get; } = otherSlot;

    /// <inheritdoc />
    public override bool Matches(LogEvent candidate)
    {
        var (left, right) = (candidate[Slot], candidate[OtherSlot]);
        for (var i = 0; i < left.Count; i++)
        {
            for (var j = 0; j < right.Count; j++)
            {
                if (Fits(left[i], right[j])) return true;
            }
        }

        return false;
    }

    /// <inheritdoc />
    public override bool? Decide(LogEvent partial, ReadOnlySpan<bool> known)
    {
        if (known[Slot] && known[OtherSlot]) return Matches(partial);
        var isAbsent = (known[Slot] && !partial[Slot].IsPresent) || (known[OtherSlot] && !partial[OtherSlot].IsPresent);
        return isAbsent ? false : null;
    }

    /// <inheritdoc />
    public override void CollectSlots(ISet<int> slots)
    {
        slots.Add(Slot);
        slots.Add(OtherSlot);
    }

    /// <inheritdoc />
    public override void Explain(LogEvent candidate, ICollection<int> slots)
    {
        slots.Add(Slot);
        slots.Add(OtherSlot);
    }

    /// <inheritdoc />
    public override string ToString() =>
        $"{Field} {place switch { TextPlace.Start => "starts with", TextPlace.End => "ends with", TextPlace.Anywhere => "contains", _ => "is" }} {Other}";

    private bool Fits(string text, string sought) => place switch
    {
        TextPlace.Start => text.StartsWith(sought, _comparison),
        TextPlace.End => text.EndsWith(sought, _comparison),
        TextPlace.Anywhere => text.Contains(sought, _comparison),
        _ => text.Equals(sought, _comparison),
    };
}
