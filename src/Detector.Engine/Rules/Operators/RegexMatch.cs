using System.Text.RegularExpressions;

namespace Detector.Engine.Rules.Operators;

/// <summary>
/// The text holds a match of a regular expression. The engine does not backtrack, so the time is linear in the text
/// whatever the expression; what such an engine cannot do (look-around, back references) is refused when loading.
/// There is no time limit beside that: an answer that depends on how busy the machine is would differ between live and
/// replay, and a long text could be made to slip through.
/// </summary>
public sealed class RegexMatch : Operator
{
    /// <summary>Longer expressions are refused.</summary>
    public const int PatternCharsMax = 4096;

    private readonly Regex _regex;

    private RegexMatch(Regex regex) => _regex = regex;

    /// <summary>Repeated more often, a part of the expression makes each character of the text expensive.</summary>
    public const int RepeatsCheap = 99;

    /// <summary>Whether a part is repeated by number so often, repeats within repeats multiplied, that the expression is slow, though still linear.</summary>
    public bool IsCostly => RepeatCount.MostOf(_regex.ToString()) > RepeatsCheap;

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
            compiled = new RegexMatch(new Regex(pattern, options | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout));
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
    protected override bool MatchesText(string text) => _regex.IsMatch(text);

    /// <inheritdoc />
    public override string ToString() => $"matches /{_regex}/";
}
