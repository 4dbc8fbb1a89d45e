using System.Globalization;

namespace Detector.Engine.Rules.Operators;

/// <summary>
/// How often a regular expression repeats a part by number (<c>x{50}</c>), where repeats within repeats multiply: an engine
/// that does not backtrack keeps a state for each.
/// </summary>
internal static class RepeatCount
{
    /// <summary>The greatest count; 1 where nothing is repeated by number. The expression must be valid.</summary>
    public static long MostOf(ReadOnlySpan<char> pattern)
    {
        var outer = new Stack<long>();
        var (most, last) = (1L, 1L);
        for (var at = 0; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case '\\':
                    at++;
                    last = 1;
                    break;
                case '[':
                    at = EndOfSet(pattern, at);
                    last = 1;
                    break;
                case '(':
                    outer.Push(most);
                    (most, last) = (1, 1);
                    break;
                case ')' when outer.TryPop(out var before):
                    last = most;
                    most = Math.Max(most, before);
                    break;
                case '{' when TryBound(pattern[at..], out var times):
                    last = Math.Min(last * times, int.MaxValue);
                    most = Math.Max(most, last);
                    break;
                default:
                    last = 1;
                    break;
            }
        }

        return most;
    }

    private static int EndOfSet(ReadOnlySpan<char> pattern, int open)
    {
        var at = open + 1;
        if (at < pattern.Length && pattern[at] == '^') at++;

        // The first bracket in a set stands for itself.
        if (at < pattern.Length && pattern[at] == ']') at++;
        for (; at < pattern.Length && pattern[at] != ']'; at++)
        {
            if (pattern[at] == '\\') at++;
        }

        return at;
    }

    // The greater number of '{2,5}', and the only one of '{5}' and '{5,}'; other braces are text.
    private static bool TryBound(ReadOnlySpan<char> rest, out int times)
    {
        times = 1;
        var close = rest.IndexOf('}');
        if (close < 0) return false;
        var within = rest[1..close];
        var comma = within.IndexOf(',');
        var first = comma < 0 ? within : within[..comma];
        var second = comma < 0 ? [] : within[(comma + 1)..];
        if (!int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var least)) return false;
        times = int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var greatest) ? Math.Max(least, greatest) : least;
        return true;
    }
}
