using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Engine.Rules.Operators;

namespace Detector.Rules.Tests;

/// <summary>An event that is built so that a predicate holds of it, or does not, from what the predicate says of itself.</summary>
internal sealed class BuiltEvent(FieldSchema schema, Func<int, bool> mayBeSet)
{
    public LogEvent Event { get; } = new(schema);

    /// <summary>Changes the event until the predicate gives the answer; false when no change that is tried does.</summary>
    public bool Satisfy(Predicate predicate, bool wanted)
    {
        if (predicate.Matches(Event) == wanted) return true;
        switch (predicate)
        {
            case NotPredicate not:
                Satisfy(not.Term, !wanted);
                break;
            case AndPredicate { Terms: var terms }:
                Each(terms, wanted, needsAll: wanted);
                break;
            case OrPredicate { Terms: var terms }:
                Each(terms, wanted, needsAll: !wanted);
                break;
            case FieldPredicate field when mayBeSet(field.Slot):
                Try(field.Slot, field.Operators.SelectMany(Texts), field.All, field, wanted);
                break;
            case KeywordPredicate:
                var slots = new HashSet<int>();
                predicate.CollectSlots(slots);
                Try(slots.Single(), Quoted(predicate.ToString()!), all: false, predicate, wanted);
                break;
        }

        return predicate.Matches(Event) == wanted;
    }

    private void Each(IEnumerable<Predicate> terms, bool wanted, bool needsAll)
    {
        foreach (var term in terms)
        {
            if (Satisfy(term, wanted) != needsAll) return;
        }
    }

    private void Try(int slot, IEnumerable<string> texts, bool all, Predicate predicate, bool wanted)
    {
        var values = texts.ToList();
        if (all) values.Insert(0, string.Concat(values));

        // An audit record has two categories, the stream and its own.
        var both = slot == (int)CanonicalField.Category && Event[slot].Text is { } first ? values.Select(text => FieldValue.Of([first, text])) : [];

        // Beginning and end of one text may be asked for apart.
        var joined = Event[slot].Text is { } before ? values.Select(text => FieldValue.Of(before + text)) : [];
        FieldValue[] candidates = [.. both, .. joined, .. values.Select(FieldValue.Of), FieldValue.Of("something else"), FieldValue.Absent];
        foreach (var candidate in candidates)
        {
            Event[slot] = candidate;
            if (predicate.Matches(Event) == wanted) return;
        }
    }

    private static IEnumerable<string> Texts(Operator test) => Quoted(test.ToString()!);

    // "is one of 'a', 'b'", "is like 'a*'": what stands in quotes, with something in the place of the wildcards.
    private static IEnumerable<string> Quoted(string said)
    {
        var first = said.IndexOf('\'', StringComparison.Ordinal);
        var last = said.LastIndexOf('\'');
        if (first < 0 || last <= first) return [];
        return said[(first + 1)..last].Split(["', '", "' or is like '", "' and is like '"], StringSplitOptions.None)
            .Select(text => text.Replace("*", "x", StringComparison.Ordinal).Replace("?", "x", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal));
    }
}
