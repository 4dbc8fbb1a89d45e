using System.Buffers;
using Detector.Engine.Logs;
using Detector.Engine.Rules.Operators;

namespace Detector.Engine.Rules;

/// <summary>
/// Rules that can match only where one field contains a piece of literal text, each its own: all pieces are looked for in one
/// pass, and mostly none is there.
/// </summary>
internal sealed class LiteralGate
{
    // For fewer rules trying each is as fast.
    private const int RulesMin = 4;

    // Shorter pieces stand in too many texts.
    private const int LengthMin = 3;

    private readonly int _slot;
    private readonly SearchValues<string> _pieces;

    private LiteralGate(int slot, IEnumerable<string> pieces, int[] rules)
    {
        _slot = slot;
        _pieces = SearchValues.Create([.. pieces.Distinct(StringComparer.OrdinalIgnoreCase)], StringComparison.OrdinalIgnoreCase);
        Rules = rules;
    }

    /// <summary>The rules, ascending.</summary>
    public int[] Rules { get; }

    /// <summary>Whether any of the rules may match.</summary>
    public bool IsOpen(LogEvent logged)
    {
        var value = logged[_slot];
        for (var i = 0; i < value.Count; i++)
        {
            if (value[i].AsSpan().ContainsAny(_pieces)) return true;
        }

        return false;
    }

    /// <summary>Puts those rules behind gates for which it pays; the others stay in <paramref name="rules"/>.</summary>
    public static LiteralGate[] Take(List<int> rules, IReadOnlyList<SigmaRule> all)
    {
        var gates = new List<LiteralGate>();
        var bySlot = rules.SelectMany(rule => EqualityIndex.Required(all[rule].Predicate).Select(test => (Rule: rule, test.Slot, Pieces: Pieces(test))))
            .Where(use => use.Pieces.Count > 0).GroupBy(use => use.Slot).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).ToList();
        var taken = new HashSet<int>();
        foreach (var group in bySlot)
        {
            var left = group.Where(use => !taken.Contains(use.Rule)).DistinctBy(use => use.Rule).ToList();
            if (left.Count < RulesMin) continue;
            taken.UnionWith(left.Select(use => use.Rule));
            gates.Add(new LiteralGate(group.Key, left.SelectMany(use => use.Pieces), [.. left.Select(use => use.Rule).Order()]));
        }

        rules.RemoveAll(taken.Contains);
        return [.. gates];
    }

    // One of them is in every text that passes the test; none where that cannot be said.
    private static List<string> Pieces(FieldPredicate test)
    {
        var pieces = new List<string>();
        foreach (var one in test.Operators)
        {
            IEnumerable<string> some = one switch { Like like => [like.Piece], ContainsOneOf contains => contains.Texts, _ => [""] };
            pieces.AddRange(some);
        }

        return pieces.TrueForAll(piece => piece.Length >= LengthMin) ? pieces : [];
    }
}
