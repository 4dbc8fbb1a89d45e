using System.Runtime.InteropServices;
using Detector.Engine.Rules.Operators;

namespace Detector.Engine.Rules;

/// <summary>
/// Rules that can match only where one field has a certain text, found by that text: of five hundred rules about an
/// application each, only those about the record's own are tried.
/// </summary>
internal sealed class EqualityIndex
{
    // For fewer rules trying each is as fast.
    private const int RulesMin = 4;

    private readonly Dictionary<string, List<int>> _byText = new(StringComparer.OrdinalIgnoreCase);

    private EqualityIndex(int slot) => Slot = slot;

    /// <summary>The field.</summary>
    public int Slot { get; }

    /// <summary>The rules that ask for the text, or null.</summary>
    public List<int>? Of(string text) => _byText.GetValueOrDefault(text);

    /// <summary>Indexes those rules for which it pays; the others stay in <paramref name="rules"/>.</summary>
    /// <param name="rules">Indexes of rules.</param>
    /// <param name="all">All rules.</param>
    /// <param name="known">Slots whose values are the same for all records that are looked up here.</param>
    public static EqualityIndex[] Take(List<int> rules, IReadOnlyList<SigmaRule> all, ReadOnlySpan<bool> known)
    {
        var options = new Dictionary<int, List<(int Rule, OneOf Test)>>();
        foreach (var rule in rules)
        {
            foreach (var field in Required(all[rule].Predicate))
            {
                if (field.Operators is [OneOf test] && !known[field.Slot]) (CollectionsMarshal.GetValueRefOrAddDefault(options, field.Slot, out _) ??= []).Add((rule, test));
            }
        }

        var indexes = new List<EqualityIndex>();
        var taken = new HashSet<int>();
        foreach (var (slot, uses) in options.OrderByDescending(option => option.Value.Count).ThenBy(option => option.Key))
        {
            var left = uses.Where(use => !taken.Contains(use.Rule)).DistinctBy(use => use.Rule).ToList();
            if (left.Count < RulesMin) continue;
            var index = new EqualityIndex(slot);
            foreach (var (rule, test) in left)
            {
                taken.Add(rule);
                foreach (var text in test.Texts) (CollectionsMarshal.GetValueRefOrAddDefault(index._byText, text, out _) ??= []).Add(rule);
            }

            indexes.Add(index);
        }

        rules.RemoveAll(taken.Contains);
        return [.. indexes];
    }

    /// <summary>The tests that must hold whatever else does: terms of 'and', not of 'or' or 'not'.</summary>
    public static IEnumerable<FieldPredicate> Required(Predicate predicate) => predicate switch
    {
        AndPredicate and => and.Terms.SelectMany(Required),
        FieldPredicate field => [field],
        _ => [],
    };
}
