using Detector.Engine.Logs;

namespace Detector.Engine.Rules;

/// <summary>
/// Narrows a set of rules down to those that can match: records of one category, operation, result, class of account and
/// tier of role have the same candidates, found once by <see cref="Predicate.Decide"/> and then looked up. So most of a
/// record's cost does not grow with the number of rules. Bounded; one thread.
/// </summary>
internal sealed class CandidateRules
{
    /// <summary>How many combinations are kept; a later one takes the place of one that it collides with.</summary>
    public const int EntriesMax = 1 << 10;

    private static readonly CanonicalField[] s_fields =
    [
        CanonicalField.OperationName, CanonicalField.Category, CanonicalField.ResultType, CanonicalField.Result,
        CanonicalField.AccountTier, CanonicalField.AccountBreakGlass, CanonicalField.RoleTier, CanonicalField.RolePrivileged,
    ];

    private readonly RuleSet _rules;
    private readonly bool[] _known;
    private readonly LogEvent _partial;
    private readonly Candidates?[] _entries = new Candidates?[EntriesMax];

    public CandidateRules(RuleSet rules)
    {
        _rules = rules;
        _partial = new LogEvent(rules.Schema);
        _known = new bool[rules.Schema.Count];
        foreach (var field in s_fields) _known[(int)field] = true;
    }

    /// <summary>The rules that may match the event.</summary>
    public Candidates Of(LogEvent logged)
    {
        var hash = 0u;
        foreach (var field in s_fields) hash = unchecked((hash ^ Sample(logged[field])) * 0x9E37_79B1);
        ref var entry = ref _entries[hash >> 22];
        if (entry is null || !IsFor(entry.Values, logged)) entry = Find(logged);
        return entry;
    }

    private Candidates Find(LogEvent logged)
    {
        var values = new FieldValue[s_fields.Length];
        for (var i = 0; i < values.Length; i++) _partial[s_fields[i]] = values[i] = logged[s_fields[i]];
        var certain = new List<int>();
        var open = new List<int>();
        for (var i = 0; i < _rules.Sigma.Length; i++)
        {
            var answer = _rules.Sigma[i].Predicate.Decide(_partial, _known);
            if (answer != false) (answer is true ? certain : open).Add(i);
        }

        var indexes = EqualityIndex.Take(open, _rules.Sigma, _known);
        var gates = LiteralGate.Take(open, _rules.Sigma);
        return new Candidates(values, [.. certain], [.. open], indexes, gates);
    }

    private static bool IsFor(FieldValue[] values, LogEvent logged)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!values[i].Equals(logged[s_fields[i]])) return false;
        }

        return true;
    }

    // A few characters tell the texts apart that occur; texts that they do not are compared as a whole.
    private static uint Sample(FieldValue value)
    {
        if (value.Text is not { Length: > 0 } text) return (uint)value.Count;
        var last = value[value.Count - 1];
        var length = last.Length;
        return unchecked((uint)(text.Length + (length << 8) + (text[^1] << 12) + (length == 0 ? 0 : last[length / 2] << 16 ^ last[length - 1] << 5 ^ last[length * 3 / 4] << 21 ^ last[0])));
    }

    /// <summary>The rules that can match records of one combination.</summary>
    /// <param name="Values">The combination.</param>
    /// <param name="Certain">Rules that match without a further look.</param>
    /// <param name="Open">Rules to be tried.</param>
    /// <param name="Indexes">Rules to be tried if a field has the text that they ask for.</param>
    /// <param name="Gates">Rules to be tried if a field contains one of their pieces.</param>
    internal sealed record Candidates(FieldValue[] Values, int[] Certain, int[] Open, EqualityIndex[] Indexes, LiteralGate[] Gates);
}
