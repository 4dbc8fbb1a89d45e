using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Engine.Rules.Operators;

namespace Detector.Rules.Sigma;

/// <summary>
/// Finds the fields whose absence lets a record through: tested only under <c>not</c>, where a record without the field
/// passes as well as one with another value. That is Sigma's meaning, but not always the author's.
/// </summary>
internal static class AbsentFields
{
    // Every record has these, or is told by them.
    private static readonly HashSet<int> s_always =
    [
        (int)CanonicalField.Id, (int)CanonicalField.Time, (int)CanonicalField.Category, (int)CanonicalField.OperationName,
        .. Enumerable.Range((int)CanonicalField.TimeHour, CanonicalField.TimeWorking - CanonicalField.TimeHour + 1),
    ];

    /// <summary>The fields, as the rule names them, in the order of the rule.</summary>
    public static IReadOnlyList<string> PassedOver(Predicate predicate)
    {
        var (asked, denied) = (new HashSet<int>(), new List<(int Slot, string Name)>());
        Walk(predicate, isDenied: false, asked, denied);
        return [.. denied.Where(field => !asked.Contains(field.Slot) && !s_always.Contains(field.Slot)).Select(field => field.Name).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static void Walk(Predicate predicate, bool isDenied, HashSet<int> asked, List<(int, string)> denied)
    {
        switch (predicate)
        {
            case AndPredicate and:
                foreach (var term in and.Terms) Walk(term, isDenied, asked, denied);
                break;
            case OrPredicate or:
                foreach (var term in or.Terms) Walk(term, isDenied, asked, denied);
                break;
            case NotPredicate not:
                Walk(not.Term, !isDenied, asked, denied);
                break;

            // Whoever tests for absence has thought of it.
            case FieldPredicate field when !isDenied || field.Operators.Any(test => test is IsNull or Exists):
                asked.Add(field.Slot);
                break;
            case FieldPredicate field:
                denied.Add((field.Slot, field.Field));
                break;
            case FieldReferencePredicate reference when !isDenied:
                asked.UnionWith([reference.Slot, reference.OtherSlot]);
                break;
            case FieldReferencePredicate reference:
                denied.AddRange([(reference.Slot, reference.Field), (reference.OtherSlot, reference.Other)]);
                break;
        }
    }
}
