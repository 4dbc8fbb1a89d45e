using System.Collections.Immutable;
using Detector.Engine.Logs;

namespace Detector.Engine.Rules;

/// <summary>A field that a condition looked at, and what the event has there.</summary>
public sealed record TracedField(string Name, FieldValue Value);

/// <summary>
/// One condition as it went on one event, with the conditions that it is made of: what tells a rule author why a rule
/// matched or not. Made on demand; matching itself never makes one.
/// </summary>
/// <param name="Text">The condition as an author writes it; of a compound one only its word: <c>all of</c>, <c>one of</c>, <c>not</c>.</param>
/// <param name="Holds">Whether it held.</param>
/// <param name="Fields">The fields that it looked at itself; none for a compound one.</param>
/// <param name="Parts">The conditions within it, in the rule's order.</param>
public sealed record PredicateTrace(string Text, bool Holds, ImmutableArray<TracedField> Fields, ImmutableArray<PredicateTrace> Parts)
{
    /// <summary>Tests a condition, and each one in it, on an event.</summary>
    public static PredicateTrace Of(Predicate predicate, LogEvent candidate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        ArgumentNullException.ThrowIfNull(candidate);
        var holds = predicate.Matches(candidate);
        return predicate switch
        {
            AndPredicate and => new("all of", holds, [], [.. and.Terms.Select(term => Of(term, candidate))]),
            OrPredicate or => new("one of", holds, [], [.. or.Terms.Select(term => Of(term, candidate))]),
            NotPredicate not => new("not", holds, [], [Of(not.Term, candidate)]),
            _ => new(predicate.ToString() ?? "", holds, FieldsOf(predicate, candidate), []),
        };
    }

    private static ImmutableArray<TracedField> FieldsOf(Predicate predicate, LogEvent candidate)
    {
        var slots = new SortedSet<int>();
        predicate.CollectSlots(slots);
        return [.. slots.Select(slot => (Field: candidate.Schema.Fields[slot], Value: candidate[slot])).Where(pair => pair.Field.Kind != FieldKind.Whole).Select(pair => new TracedField(pair.Field.Name, pair.Value))];
    }
}
