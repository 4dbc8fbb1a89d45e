using System.Globalization;
using System.Text;

namespace Detector.Sinks.Delivery;

/// <summary>
/// The one way by which text out of logs comes into a message for people. Whoever is logged chooses names, justifications and user agents; none of
/// them may look like something else, mention anybody, be expanded by the card's template functions, or be a link.
/// </summary>
public static class PlainText
{
    /// <summary>Characters of one text, where the card has room.</summary>
    public const int CharsMax = 300;

    private const int MarksMax = 2;

    /// <summary>
    /// The text: composed (NFC), without control, format, private and unassigned characters and halves of pairs; line ends as
    /// <c> / </c>; <c>{{</c> apart, <c>&lt;at</c> as <c>(at</c>, <c>http</c> as <c>hxxp</c>; and cut, with the number of characters that are not shown.
    /// </summary>
    public static string Clean(string? text, int charsMax = CharsMax)
    {
        if (string.IsNullOrEmpty(text)) return "";

        // What is far beyond the cut is not looked at: a megabyte costs no more than a line.
        var (plain, seen) = Plain(text, charsMax * 4);
        var composed = Apart(plain.Normalize(NormalizationForm.FormC));
        if (composed.Length <= charsMax && seen == text.Length) return composed;
        var end = Math.Min(composed.Length, charsMax);
        if (end > 0 && end < composed.Length && char.IsHighSurrogate(composed[end - 1])) end--;
        var hidden = composed.Length - end + text.Length - seen;
        return string.Create(CultureInfo.InvariantCulture, $"{composed.AsSpan(0, end).TrimEnd()} … ({hidden} more characters)");
    }

    private static (string Plain, int Seen) Plain(string text, int most)
    {
        var plain = new StringBuilder(Math.Min(text.Length, most) + 16);
        var marks = 0;
        var at = 0;
        while (at < text.Length && plain.Length < most)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune))
            {
                at++;
                continue;
            }

            at += rune.Utf16SequenceLength;
            if (rune.Value is '\r' && at < text.Length && text[at] == '\n') continue;
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Control when rune.Value is '\n' or '\r' or '\v' or '\f' or 0x85:
                case UnicodeCategory.LineSeparator:
                case UnicodeCategory.ParagraphSeparator:
                    plain.Append(" / ");
                    break;
                case UnicodeCategory.Control when rune.Value == '\t':
                case UnicodeCategory.SpaceSeparator:
                    plain.Append(' ');
                    break;
                case UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned:
                    break;
                case UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark:
                    // More on one letter would run over other lines.
                    if (++marks <= MarksMax) plain.Append(rune.ToString());
                    continue;
                default:
                    plain.Append(rune.ToString());
                    break;
            }

            marks = 0;
        }

        return (plain.ToString(), at);
    }

    // After everything invisible is gone, so that nothing can hide between the letters.
    private static string Apart(string text)
    {
        text = text.Replace("<at", "(at", StringComparison.OrdinalIgnoreCase).Replace("</at", "(/at", StringComparison.OrdinalIgnoreCase).Replace("http", "hxxp", StringComparison.OrdinalIgnoreCase);
        while (text.Contains("{{", StringComparison.Ordinal)) text = text.Replace("{{", "{ {", StringComparison.Ordinal);
        return text.Trim();
    }
}
