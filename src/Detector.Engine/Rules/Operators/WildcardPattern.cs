using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace Detector.Engine.Rules.Operators;

/// <summary>
/// A Sigma text value: <c>*</c> stands for any characters, <c>?</c> for one, and a backslash takes either, or itself,
/// literally. A backslash before anything else is a backslash. Immutable.
/// </summary>
public sealed class WildcardPattern
{
    // A part is literal text with one-character wildcards marked; stars stand between the parts.
    private const char AnyOne = '\uffff';

    // Stands for any of the characters by which a Windows command line marks an option.
    private const char AnyDash = '\ufffe';

    private const string Dashes = "-/\u2013\u2014\u2015";

    private static readonly SearchValues<char> s_marks = SearchValues.Create(AnyOne, AnyDash);

    private readonly ImmutableArray<string> _parts;

    private WildcardPattern(ImmutableArray<string> parts) => _parts = parts;

    /// <summary>Reads a value as a rule file gives it.</summary>
    public static WildcardPattern Parse(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var parts = ImmutableArray.CreateBuilder<string>();
        var part = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c == '\\' && i + 1 < value.Length && value[i + 1] is '*' or '?' or '\\')
            {
                part.Append(value[++i]);
            }
            else if (c == '*')
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(c == '?' ? AnyOne : c);
            }
        }

        parts.Add(part.ToString());
        return new WildcardPattern(parts.ToImmutable());
    }

    /// <summary>The text, when there is no wildcard in it.</summary>
    public string? Literal => _parts.Length == 1 && !_parts[0].AsSpan().ContainsAny(s_marks) ? _parts[0] : null;

    /// <summary>The text that must stand somewhere, when that is all the pattern asks.</summary>
    public string? Inner => _parts is ["", { Length: > 0 } inner, ""] && !inner.AsSpan().ContainsAny(s_marks) ? inner : null;

    /// <summary>The longest run of literal text, which every text that fits contains but for its case; empty when there is none.</summary>
    public string Piece => _parts.Where(part => !part.AsSpan().ContainsAny(s_marks)).MaxBy(part => part.Length) ?? "";

    /// <summary>The pattern with a star before it.</summary>
    public WildcardPattern AnyBefore() => _parts[0].Length == 0 && _parts.Length > 1 ? this : new(["", .. _parts]);

    /// <summary>The pattern with a star after it.</summary>
    public WildcardPattern AnyAfter() => _parts[^1].Length == 0 && _parts.Length > 1 ? this : new([.. _parts, ""]);

    /// <summary>How many dashes begin an option: a dash before a letter, digit or underscore, and after none of them.</summary>
    public int OptionDashes => _parts.Sum(part => part.Where((_, at) => IsOptionDash(part, at)).Count());

    /// <summary>The pattern with each dash that begins an option (<c>windash</c>) taken for any of <c>- / – — ―</c>.</summary>
    public WildcardPattern AnyOptionDash() => new([.. _parts.Select(part => string.Concat(part.Select((c, at) => IsOptionDash(part, at) ? AnyDash : c)))]);

    /// <summary>The same as patterns of their own, one for each choice: five for each of <see cref="OptionDashes"/>, multiplied.</summary>
    public IReadOnlyList<WildcardPattern> OptionDashChoices()
    {
        IEnumerable<WildcardPattern> choices = [AnyOptionDash()];
        for (var left = OptionDashes; left > 0; left--) choices = choices.SelectMany(pattern => Dashes.Select(pattern.WithFirstDash));
        return [.. choices];
    }

    /// <summary>The pattern with each run of literal text, which no wildcard interrupts, put through a function.</summary>
    public WildcardPattern Map(Func<string, string> change)
    {
        return new WildcardPattern([.. _parts.Select(Changed)]);

        string Changed(string part)
        {
            var text = new StringBuilder();
            for (var rest = part.AsSpan(); !rest.IsEmpty;)
            {
                var mark = rest.IndexOfAny(s_marks);
                var run = mark < 0 ? rest : rest[..mark];
                if (!run.IsEmpty) text.Append(change(run.ToString()));
                if (mark >= 0) text.Append(rest[mark]);
                rest = mark < 0 ? default : rest[(mark + 1)..];
            }

            return text.ToString();
        }
    }

    /// <summary>The pattern with a literal text before it.</summary>
    public WildcardPattern Prefixed(string text) => new(_parts.SetItem(0, text + _parts[0]));

    /// <summary>Whether the whole text fits.</summary>
    public bool Matches(ReadOnlySpan<char> text, StringComparison comparison)
    {
        if (_parts.Length == 1) return text.Length == _parts[0].Length && StartsWith(text, _parts[0], comparison);
        if (!StartsWith(text, _parts[0], comparison)) return false;
        text = text[_parts[0].Length..];

        // Each part at its first place leaves the most for the rest: no backtracking is needed.
        for (var i = 1; i < _parts.Length - 1; i++)
        {
            var at = IndexOf(text, _parts[i], comparison);
            if (at < 0) return false;
            text = text[(at + _parts[i].Length)..];
        }

        return text.Length >= _parts[^1].Length && StartsWith(text[^_parts[^1].Length..], _parts[^1], comparison);
    }

    /// <inheritdoc />
    public override string ToString() => string.Join('*', _parts.Select(part => part.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal).Replace(AnyOne, '?').Replace(AnyDash, '-')));

    private static bool IsOptionDash(string part, int at) =>
        Dashes.Contains(part[at], StringComparison.Ordinal) && (at == 0 || !IsWord(part[at - 1])) && at + 1 < part.Length && IsWord(part[at + 1]);

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private WildcardPattern WithFirstDash(char dash)
    {
        var number = 0;
        while (!_parts[number].Contains(AnyDash, StringComparison.Ordinal)) number++;
        var at = _parts[number].IndexOf(AnyDash, StringComparison.Ordinal);
        return new WildcardPattern(_parts.SetItem(number, $"{_parts[number][..at]}{dash}{_parts[number][(at + 1)..]}"));
    }

    private static int IndexOf(ReadOnlySpan<char> text, string part, StringComparison comparison)
    {
        if (!part.AsSpan().ContainsAny(s_marks)) return text.IndexOf(part, comparison);
        for (var at = 0; at + part.Length <= text.Length; at++)
        {
            if (StartsWith(text[at..], part, comparison)) return at;
        }

        return -1;
    }

    private static bool StartsWith(ReadOnlySpan<char> text, string part, StringComparison comparison)
    {
        if (text.Length < part.Length) return false;
        var rest = part.AsSpan();
        while (true)
        {
            var wild = rest.IndexOfAny(s_marks);
            var plain = wild < 0 ? rest : rest[..wild];
            if (!text[..plain.Length].Equals(plain, comparison)) return false;
            if (wild < 0) return true;
            if (rest[wild] == AnyDash && !Dashes.Contains(text[wild], StringComparison.Ordinal)) return false;
            text = text[(wild + 1)..];
            rest = rest[(wild + 1)..];
        }
    }
}

/// <summary>The text fits a pattern with wildcards.</summary>
public sealed class Like(WildcardPattern pattern, bool cased) : Operator
{
    private readonly StringComparison _comparison = cased ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>The text that must stand somewhere, when that is all the pattern asks.</summary>
    public string? Inner => pattern.Inner;

    /// <inheritdoc cref="WildcardPattern.Piece" />
    public string Piece => pattern.Piece;

    /// <inheritdoc />
    protected override bool MatchesText(string text) => pattern.Matches(text, _comparison);

    /// <inheritdoc />
    public override string ToString() => $"is like '{pattern}'";
}
