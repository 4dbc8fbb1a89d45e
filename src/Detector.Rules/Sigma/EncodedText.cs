using System.Text;
using Detector.Engine.Rules.Operators;

namespace Detector.Rules.Sigma;

/// <summary>Applies <c>windash</c>, the UTF-16 and the Base64 modifiers to a value, in the order in which they are written.</summary>
internal static class EncodedText
{
    // Five choices for each dash: what an encoding after 'windash' multiplies.
    private const int EncodedDashesMax = 3;

    // Of a shorter text no whole group of four Base64 characters is the same at each offset.
    private const int OffsetBytesMin = 3;

    // Where the encoded text begins and ends that does not depend on its neighbours, by the bytes before it and by all bytes.
    private static readonly int[] s_offsetStart = [0, 2, 3];
    private static readonly int[] s_offsetCut = [0, 3, 2];

    /// <summary>The patterns that a value becomes, any of which may match; null with the reason when it cannot be encoded.</summary>
    public static IReadOnlyList<WildcardPattern>? Of(string value, IReadOnlyList<TextEncoding> encodings, out string? error)
    {
        error = null;
        IReadOnlyList<Text> texts = [new(WildcardPattern.Parse(value), null)];
        for (var i = 0; i < encodings.Count && error is null; i++)
        {
            var next = new List<Text>();
            foreach (var text in texts) next.AddRange(Apply(text, encodings[i], i == encodings.Count - 1, ref error));
            texts = next;
        }

        if (error is null && texts.Any(text => text.IsBytes)) error = "has characters beyond ASCII, whose UTF-16 bytes are no text until they are encoded ('utf16le|base64').";
        return error is null ? [.. texts.Select(text => text.Pattern)] : null;
    }

    private static IEnumerable<Text> Apply(Text text, TextEncoding encoding, bool isLast, ref string? error)
    {
        switch (encoding)
        {
            case TextEncoding.Windash when isLast:
                return [new(text.Pattern.AnyOptionDash(), null)];
            case TextEncoding.Windash when text.Pattern.OptionDashes > EncodedDashesMax:
                error = $"has more than {EncodedDashesMax} dashes to encode in each of their forms.";
                return [];
            case TextEncoding.Windash:
                return text.Pattern.OptionDashChoices().Select(choice => new Text(choice, null));
            case TextEncoding.Utf16Le:
                return [Wide(text, new UnicodeEncoding(bigEndian: false, byteOrderMark: false), "")];
            case TextEncoding.Utf16Be:
                return [Wide(text, new UnicodeEncoding(bigEndian: true, byteOrderMark: false), "")];
            case TextEncoding.Utf16:
                return [Wide(text, new UnicodeEncoding(bigEndian: false, byteOrderMark: true), "\ufeff")];
        }

        if ((text.Bytes ?? (text.Pattern.Literal is { } literal ? Encoding.UTF8.GetBytes(literal) : null)) is not { } bytes)
        {
            error = "has a wildcard, which cannot be encoded.";
            return [];
        }

        if (encoding == TextEncoding.Base64) return [Plain(Convert.ToBase64String(bytes))];
        if (bytes.Length >= OffsetBytesMin) return Enumerable.Range(0, 3).Select(before => Plain(AtOffset(bytes, before)));
        error = $"is shorter than {OffsetBytesMin} bytes: inside Base64 it would be found everywhere.";
        return [];
    }

    private static Text Wide(Text text, UnicodeEncoding encoding, string mark)
    {
        var bytes = text.Pattern.Literal is { } literal ? encoding.GetPreamble().Concat(encoding.GetBytes(literal)).ToArray() : null;
        var isBytes = text.IsBytes;
        var pattern = text.Pattern.Map(run =>
        {
            isBytes |= !Ascii.IsValid(run);
            return Encoding.Latin1.GetString(encoding.GetBytes(run));
        });
        return new Text(mark.Length > 0 ? pattern.Prefixed(mark) : pattern, bytes, isBytes);
    }

    private static Text Plain(string base64) => new(WildcardPattern.Parse(base64), null);

    private static string AtOffset(byte[] bytes, int before)
    {
        var encoded = Convert.ToBase64String([.. new byte[before], .. bytes]);
        return encoded[s_offsetStart[before]..^s_offsetCut[(bytes.Length + before) % 3]];
    }

    // The bytes where they are not those of the text as UTF-8.
    private sealed record Text(WildcardPattern Pattern, byte[]? Bytes, bool IsBytes = false);
}
