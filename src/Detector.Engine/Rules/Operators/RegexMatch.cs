using System.Text.RegularExpressions;

namespace Detector.Engine.Rules.Operators;

/// <summary>
/// The text holds a match of a regular expression. The engine does not backtrack, so the time is linear in the text
/// whatever the expression; what such an engine cannot do (look-around, back references) is refused when loading.
/// </summary>
public sealed class RegexMatch : Operator
{
    /// <summary>Longer expressions are refused.</summary>
    public const int PatternCharsMax = 4096;

    private readonly Regex _regex;

    private RegexMatch(Regex regex) => _regex = regex;

    /// <summary>Compiles an expression.</summary>
    /// <param name="pattern">As in the rule file.</param>
    /// <param name="options">From the modifiers i, m and s.</param>
    /// <param name="compiled">The operator, or null.</param>
    /// <param name="error">Why not, as a sentence.</param>
    public static bool TryCreate(string pattern, RegexOptions options, out RegexMatch? compiled, out string? error)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        (compiled, error) = (null, null);
        if (pattern.Length > PatternCharsMax)
        {
            error = $"The regular expression is longer than {PatternCharsMax} characters.";
            return false;
        }

        try
        {
            compiled = new RegexMatch(new Regex(pattern, options | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)));
            return true;
        }
        catch (ArgumentException e)
        {
            error = $"The regular expression is not valid: {e.Message}";
        }
        catch (NotSupportedException)
        {
            error = "The regular expression needs backtracking (look-around, back references or atomic groups), or is too large.";
        }

        return false;
    }

    /// <inheritdoc />
    protected override bool MatchesText(string text)
    {
        try
        {
            return _regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public override string ToString() => $"matches /{_regex}/";
}
