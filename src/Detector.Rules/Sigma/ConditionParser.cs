using System.Buffers;
using System.Collections.Immutable;
using System.IO.Enumeration;
using Detector.Engine.Rules;

namespace Detector.Rules.Sigma;

/// <summary>
/// The condition grammar of Sigma: names, <c>not</c> before <c>and</c> before <c>or</c>, parentheses, and
/// <c>1 of</c>, <c>any of</c>, <c>all of</c> with <c>them</c> or a pattern, both of which leave out names that begin with <c>_</c>.
/// </summary>
internal sealed class ConditionParser(IReadOnlyDictionary<string, Predicate> searches, Diagnostics problems)
{
    /// <summary>How deep parentheses and nots may lie in one another.</summary>
    public const int DepthMax = 64;

    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

    private static readonly SearchValues<char> s_name = SearchValues.Create(Letters);
    private static readonly SearchValues<char> s_pattern = SearchValues.Create(Letters + "*");

    /// <summary>How many searches a file's conditions may name, those of patterns counted one by one: each costs time for each record.</summary>
    public const int TermsMax = 10_000;

    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private List<string> _tokens = [];
    private int _at;
    private int _line;
    private int _terms;
    private bool _failed;

    /// <summary>Whether a condition can name a search so: letters, digits, underscores and hyphens.</summary>
    public static bool IsName(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(s_name);

    /// <summary>Searches that no condition named.</summary>
    public IEnumerable<string> Unused => searches.Keys.Where(name => !_used.Contains(name) && !name.StartsWith('_'));

    /// <summary>The condition as a predicate; one that never holds when there is a problem.</summary>
    public Predicate Parse(string condition, int line)
    {
        _tokens = [.. Tokens(condition)];
        (_at, _line, _failed) = (0, line, false);
        var predicate = Or(0);
        if (!_failed && _at < _tokens.Count) Fail($"'{_tokens[_at]}' stands where the condition should end.", _tokens[_at] is "|" ? "Sigma 2 has no aggregation in a condition: count with a correlation rule." : "Join the parts with 'and' or 'or'.");
        return _failed ? new ConstantPredicate(false) : predicate;
    }

    private static IEnumerable<string> Tokens(string condition)
    {
        var start = -1;
        for (var i = 0; i <= condition.Length; i++)
        {
            var c = i < condition.Length ? condition[i] : ' ';
            var isBreak = char.IsWhiteSpace(c) || c is '(' or ')';
            if (!isBreak && start < 0) start = i;
            if (isBreak && start >= 0)
            {
                yield return condition[start..i];
                start = -1;
            }

            if (c is '(' or ')') yield return c.ToString();
        }
    }

    private Predicate Or(int depth)
    {
        var terms = ImmutableArray.CreateBuilder<Predicate>();
        do terms.Add(And(depth));
        while (TakeWord("or"));
        return terms.Count == 1 ? terms[0] : new OrPredicate(terms.ToImmutable());
    }

    private Predicate And(int depth)
    {
        var terms = ImmutableArray.CreateBuilder<Predicate>();
        do terms.Add(Not(depth));
        while (TakeWord("and"));
        return terms.Count == 1 ? terms[0] : new AndPredicate(terms.ToImmutable());
    }

    private Predicate Not(int depth)
    {
        if (depth > DepthMax) return Fail($"The condition is nested more than {DepthMax} deep.", "Split it into named searches.");
        if (TakeWord("not")) return new NotPredicate(Not(depth + 1));
        if (Take("("))
        {
            var inner = Or(depth + 1);
            if (!_failed && !Take(")")) return Fail("A parenthesis is not closed.", "Add ')'.");
            return inner;
        }

        if (_at >= _tokens.Count) return Fail("The condition ends too early.", "Name a search after the last word.");
        var token = _tokens[_at++];
        if (_at < _tokens.Count && IsWord(_tokens[_at], "of")) return Of(token);
        if (searches.TryGetValue(token, out var search))
        {
            _used.Add(token);
            return ++_terms > TermsMax ? TooMany() : search;
        }

        return token is ")" || IsWord(token, "and") || IsWord(token, "or")
            ? Fail($"'{token}' stands where a search should be named.", "Name a search of the detection.")
            : Fail($"The condition names '{token}', which the detection does not have.", Suggestion.For(token, searches.Keys) ?? $"It has {string.Join(", ", searches.Keys)}.");
    }

    private Predicate Of(string quantity)
    {
        _at++;
        var all = IsWord(quantity, "all");
        if (!all && quantity != "1" && !IsWord(quantity, "any")) return Fail($"'{quantity} of' is not known.", "Write '1 of', 'any of' or 'all of'.");
        if (_at >= _tokens.Count) return Fail($"'{quantity} of' names nothing.", "Write 'them' or a pattern such as selection_*.");
        var pattern = _tokens[_at++];
        if (pattern.AsSpan().ContainsAnyExcept(s_pattern)) return Fail($"'{pattern}' is no pattern of search names.", "Write letters, digits, '_', '-' and '*', or 'them'.");
        var names = searches.Keys.Where(name => !name.StartsWith('_') && (pattern is "them" || FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))).ToList();
        if (names.Count == 0) return Fail($"No search fits '{pattern}'.", $"The detection has {string.Join(", ", searches.Keys)}.");
        _used.UnionWith(names);
        if ((_terms += names.Count) > TermsMax) return TooMany();
        var terms = names.Select(name => searches[name]).ToImmutableArray();
        return terms.Length == 1 ? terms[0] : all ? new AndPredicate(terms) : new OrPredicate(terms);
    }

    private ConstantPredicate TooMany() => Fail($"The condition names more than {TermsMax} searches, those of patterns counted one by one.", "Put values into one search as a list.");

    private static bool IsWord(string token, string word) => string.Equals(token, word, StringComparison.OrdinalIgnoreCase);

    private bool TakeWord(string word)
    {
        if (_failed || _at >= _tokens.Count || !IsWord(_tokens[_at], word) || searches.ContainsKey(_tokens[_at])) return false;
        if (_tokens[_at] != word) Fail($"Sigma writes '{word}' in small letters.", $"Write '{word}' instead of '{_tokens[_at]}'.");
        return Advance();
    }

    private bool Take(string token) => !_failed && _at < _tokens.Count && _tokens[_at] == token && Advance();

    private bool Advance()
    {
        _at++;
        return true;
    }

    private ConstantPredicate Fail(string message, string remedy)
    {
        if (!_failed) problems.Error(_line, message, remedy);
        _failed = true;
        return new ConstantPredicate(false);
    }
}
