using System.Globalization;
using System.Text;

namespace Detector.Engine.Logs;

/// <summary>Decodes JSON texts, and drops the spaces between JSON tokens.</summary>
internal static class JsonText
{
    /// <summary>Names with escapes that are longer than this are nobody's name: every byte of a name escaped.</summary>
    public const int NameBytesMax = 384;

    /// <summary>
    /// Writes the decoded text to <paramref name="into"/>, which must be as long as <paramref name="escaped"/>: decoding
    /// never lengthens. A lone surrogate becomes U+FFFD. False for an escape that JSON does not know.
    /// </summary>
    public static bool TryUnescape(ReadOnlySpan<byte> escaped, Span<byte> into, out int written)
    {
        written = 0;
        while (true)
        {
            var slash = escaped.IndexOf((byte)'\\');
            var plain = slash < 0 ? escaped : escaped[..slash];
            plain.CopyTo(into[written..]);
            written += plain.Length;
            if (slash < 0) return true;
            escaped = escaped[slash..];
            if (escaped.Length < 2) return false;
            if (escaped[1] == 'u')
            {
                if (!TryRune(escaped, out var rune, out var used)) return false;
                written += rune.EncodeToUtf8(into[written..]);
                escaped = escaped[used..];
                continue;
            }

            var decoded = escaped[1] switch
            {
                (byte)'"' => '"',
                (byte)'\\' => '\\',
                (byte)'/' => '/',
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                (byte)'n' => '\n',
                (byte)'r' => '\r',
                (byte)'t' => '\t',
                _ => '\0',
            };
            if (decoded == '\0') return false;
            into[written++] = (byte)decoded;
            escaped = escaped[2..];
        }
    }

    /// <summary>Whether a JSON text says <paramref name="name"/>, case-insensitively; its escapes count as what they mean.</summary>
    public static bool Is(in JsonValue text, ReadOnlySpan<byte> name)
    {
        if (!text.Escaped) return text.Bytes.Length == name.Length && Ascii.EqualsIgnoreCase(text.Bytes, name);
        if (text.Bytes.Length > NameBytesMax) return false;
        Span<byte> decoded = stackalloc byte[NameBytesMax];
        return TryUnescape(text.Bytes, decoded, out var written) && Ascii.EqualsIgnoreCase(decoded[..written], name);
    }

    /// <summary>The JSON text without the spaces between its tokens; spaces inside texts stay.</summary>
    public static string Compact(ReadOnlySpan<byte> json)
    {
        var rented = System.Buffers.ArrayPool<byte>.Shared.Rent(json.Length);
        try
        {
            var written = 0;
            for (var at = 0; at < json.Length; at++)
            {
                if (json[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') continue;
                if (json[at] != '"')
                {
                    rented[written++] = json[at];
                    continue;
                }

                var end = JsonScan.StringEnd(json, at + 1, out _);
                if (end < 0) end = json.Length - 1;
                json[at..(end + 1)].CopyTo(rented.AsSpan(written));
                written += end + 1 - at;
                at = end;
            }

            return Encoding.UTF8.GetString(rented, 0, written);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static bool TryRune(ReadOnlySpan<byte> escaped, out Rune rune, out int used)
    {
        rune = Rune.ReplacementChar;
        used = 6;
        if (!TryUnit(escaped, out var unit)) return false;
        if (!char.IsSurrogate(unit))
        {
            rune = new Rune(unit);
        }
        else if (char.IsHighSurrogate(unit) && TryUnit(escaped[6..], out var low) && char.IsLowSurrogate(low))
        {
            rune = new Rune(unit, low);
            used = 12;
        }

        return true;
    }

    private static bool TryUnit(ReadOnlySpan<byte> escaped, out char unit)
    {
        unit = default;
        if (escaped.Length < 6 || escaped[0] != '\\' || escaped[1] != 'u') return false;
        if (!ushort.TryParse(escaped.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)) return false;
        unit = (char)value;
        return true;
    }
}
