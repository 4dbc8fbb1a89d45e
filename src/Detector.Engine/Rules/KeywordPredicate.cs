using System.Collections.Immutable;
using Detector.Engine.Logs;
using Detector.Engine.Rules.Operators;

namespace Detector.Engine.Rules;

/// <summary>Sigma keywords: one of the texts (or all of them) stands anywhere in the record.</summary>
public sealed class KeywordPredicate(int slot, ImmutableArray<Operator> keywords, bool all) : Predicate
{
    /// <inheritdoc />
    public override bool Matches(LogEvent candidate)
    {
        var record = candidate[slot];
        foreach (var keyword in keywords)
        {
            if (keyword.Matches(record) != all) return !all;
        }

        return all;
    }

    /// <inheritdoc />
    public override bool? Decide(LogEvent partial, ReadOnlySpan<bool> known) => known[slot] ? Matches(partial) : null;

    /// <inheritdoc />
    public override void CollectSlots(ISet<int> slots) => slots.Add(slot);

    /// <inheritdoc />
    public override void Explain(LogEvent candidate, ICollection<int> slots) => slots.Add(slot);

    /// <inheritdoc />
    public override string ToString() => $"the record {string.Join(all ? " and " : " or ", keywords)}";
}
