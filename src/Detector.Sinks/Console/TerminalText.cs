using System.Globalization;
using System.Text;

namespace Detector.Sinks.Console;

/// <summary>
/// Text out of logs, made safe to show. Whoever writes a log chooses its texts: escape sequences would repaint the
/// terminal, bidirectional overrides turn a name around, invisible characters make two names look alike, line ends
/// forge a line. What is not plainly visible is shown by its number (<c>\u{202E}</c>), and the length is bounded.
/// </summary>
public static class TerminalText
{
    /// <summary>More marks than this on one letter are shown by number: they would run over other lines.</summary>
    private const int MarksMax = 2;

    /// <summary>The text, made safe, of at most <paramref name="charsMax"/> characters and then an ellipsis.</summary>
    public static string Clean(string text, int charsMax)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= charsMax && IsPlain(text)) return text;
        var clean = new StringBuilder(Math.Min(text.Length, charsMax) + 16);
        var marks = 0;
        foreach (var rune in Runes(text))
        {
            marks = rune is { } mark && IsMark(mark) ? marks + 1 : 0;
            var shown = rune is { } known && IsVisible(known) && marks <= MarksMax ? known.ToString() : Number(rune);
            if (clean.Length + shown.Length > charsMax)
            {
                clean.Append('…');
                break;
            }

            clean.Append(shown);
        }

        return clean.ToString();
    }

    private static bool IsPlain(string text)
    {
        foreach (var c in text)
        {
            if (c is < ' ' or > '~') return false;
        }

        return true;
    }

    // Half a surrogate pair is no character: null.
    private static IEnumerable<Rune?> Runes(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var isWhole = Rune.TryGetRuneAt(text, at, out var rune);
            yield return isWhole ? rune : null;
            at += isWhole ? rune.Utf16SequenceLength : 1;
        }
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => false,
        UnicodeCategory.SpaceSeparator => rune.Value == ' ',
        _ => true,
    };

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark;

    private static string Number(Rune? rune) => rune is { } known ? string.Create(CultureInfo.InvariantCulture, $"\\u{{{known.Value:X4}}}") : "\\u{FFFD}";
}
