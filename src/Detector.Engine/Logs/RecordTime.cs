using System.Globalization;

namespace Detector.Engine.Logs;

/// <summary>Reads the time formats that occur in Entra logs, and writes one. All times are UTC, to the tick.</summary>
public static class RecordTime
{
    // A time is shorter, even with every byte of it escaped.
    private const int TextBytesMax = 256;

    private static readonly string[] s_peeked = ["time", "TimeGenerated", "activityDateTime", "createdDateTime", "eventTimestamp"];

    /// <summary>
    /// Finds the event time of a record without reading the rest of it, for ordering files by their first records.
    /// It looks at the top level, in <c>properties</c>, and in the first record of an envelope or array. The record may be cut off
    /// after the time.
    /// </summary>
    public static bool TryPeek(ReadOnlySpan<byte> record, out DateTime time)
    {
        time = default;
        var best = s_peeked.Length;
        Peek(record, ref best, ref time, depth: 0);
        return best < s_peeked.Length;
    }

    /// <summary>
    /// <c>yyyy-MM-dd</c>, <c>T</c> or a space, <c>HH:mm:ss</c>, any number of fraction digits (beyond 7 cut off), then
    /// nothing, <c>Z</c>, or an offset; or <c>M/d/yyyy h:mm:ss AM</c>. Without a zone it is UTC.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTime time)
    {
        time = default;
        text = text.Trim(" \t"u8);
        if (text.Length < 16) return text.Length >= 14 && TryParseAmerican(text, out time);
        if (text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')) return TryParseAmerican(text, out time);
        if (!Digits(text, 0, 4, out var year) || !Digits(text, 5, 2, out var month) || !Digits(text, 8, 2, out var day)) return false;
        return TryDay(year, month, day, out var ticks) && TryClock(text[11..], ticks, twelveHours: false, out time);
    }

    /// <summary><c>yyyy-MM-ddTHH:mm:ss.fffffffZ</c>: sorts as text.</summary>
    public static string Format(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private static bool TryParseAmerican(ReadOnlySpan<byte> text, out DateTime time)
    {
        time = default;
        var first = text.IndexOf((byte)'/');
        if (first is not (1 or 2)) return false;
        var second = text[(first + 1)..].IndexOf((byte)'/');
        if (second is not (1 or 2)) return false;
        var yearAt = first + second + 2;
        if (!Digits(text, 0, first, out var month) || !Digits(text, first + 1, second, out var day) || !Digits(text, yearAt, 4, out var year)) return false;
        var rest = text[(yearAt + 4)..].TrimStart(", "u8);
        return TryDay(year, month, day, out var ticks) && TryClock(rest, ticks, twelveHours: true, out time);
    }

    private static bool TryDay(int year, int month, int day, out long ticks)
    {
        ticks = 0;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        ticks = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks;
        return true;
    }

    private static bool TryClock(ReadOnlySpan<byte> text, long day, bool twelveHours, out DateTime time)
    {
        time = default;
        var colon = text.IndexOf((byte)':');
        if (colon is not (1 or 2) || (colon == 1 && !twelveHours)) return false;
        if (!Digits(text, 0, colon, out var hour) || !Digits(text, colon + 1, 2, out var minute)) return false;
        var at = colon + 3;
        var second = 0;
        if (at < text.Length && text[at] == ':')
        {
            if (!Digits(text, at + 1, 2, out second)) return false;
            at += 3;
        }

        if (minute > 59 || second > 59) return false;
        var fraction = Fraction(text, ref at);
        var rest = text[at..].Trim((byte)' ');
        if (twelveHours && !TryHalfOfDay(ref rest, ref hour)) return false;
        if (hour > 23 || !TryZone(rest, out var offset)) return false;
        var ticks = day + hour * TimeSpan.TicksPerHour + minute * TimeSpan.TicksPerMinute + second * TimeSpan.TicksPerSecond + fraction - offset;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks) return false;
        time = new DateTime(ticks, DateTimeKind.Utc);
        return true;
    }

    private static long Fraction(ReadOnlySpan<byte> text, ref int at)
    {
        if (at >= text.Length || text[at] != '.') return 0;
        at++;
        long fraction = 0;
        var scale = TimeSpan.TicksPerSecond;
        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
        {
            scale /= 10;
            fraction += (text[at] - '0') * scale;
        }

        return fraction;
    }

    private static bool TryHalfOfDay(ref ReadOnlySpan<byte> rest, ref int hour)
    {
        if (rest.Length < 2 || (rest[1] | 0x20) != 'm' || (rest[0] | 0x20) is not ('a' or 'p')) return true;
        if (hour is < 1 or > 12) return false;
        hour = hour % 12 + ((rest[0] | 0x20) == 'p' ? 12 : 0);
        rest = rest[2..].Trim((byte)' ');
        return true;
    }

    private static bool TryZone(ReadOnlySpan<byte> text, out long offset)
    {
        offset = 0;
        if (text.IsEmpty || text.SequenceEqual("Z"u8) || text.SequenceEqual("z"u8) || text.SequenceEqual("UTC"u8)) return true;
        if (text[0] is not ((byte)'+' or (byte)'-')) return false;
        if (!Digits(text, 1, 2, out var hours)) return false;
        var rest = text[3..].TrimStart((byte)':');
        var minutes = 0;
        if (!rest.IsEmpty && (rest.Length != 2 || !Digits(rest, 0, 2, out minutes))) return false;
        if (hours > 14 || minutes > 59) return false;
        offset = (text[0] == '-' ? -1 : 1) * (hours * TimeSpan.TicksPerHour + minutes * TimeSpan.TicksPerMinute);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, int start, int count, out int value)
    {
        value = 0;
        if (start + count > text.Length) return false;
        for (var i = start; i < start + count; i++)
        {
            if (!char.IsAsciiDigit((char)text[i])) return false;
            value = value * 10 + (text[i] - '0');
        }

        return true;
    }

    private static bool TryParseValue(in JsonValue value, out DateTime time)
    {
        if (!value.Escaped) return TryParse(value.Bytes, out time);
        time = default;
        Span<byte> decoded = stackalloc byte[TextBytesMax];
        return value.Bytes.Length <= TextBytesMax && JsonText.TryUnescape(value.Bytes, decoded, out var written) && TryParse(decoded[..written], out time);
    }

    private static void Peek(ReadOnlySpan<byte> json, ref int best, ref DateTime time, int depth)
    {
        var walker = new JsonWalker(json);
        if (walker.Enter('['))
        {
            if (depth < 3) Peek(json[walker.Position..], ref best, ref time, depth + 1);
            return;
        }

        if (!walker.Enter('{')) return;
        var first = true;
        while (best > 0 && walker.NextKey(ref first, out var key))
        {
            var next = walker.Peek();
            var descends = depth < 3 && (key.Bytes.SequenceEqual("properties"u8) || (next == '[' && (key.Bytes.SequenceEqual("records"u8) || key.Bytes.SequenceEqual("value"u8))));
            if (descends) Peek(json[walker.Position..], ref best, ref time, depth + 1);
            if (!walker.Read(out var value)) return;
            if (value.Kind != JsonKind.Text) continue;
            for (var i = 0; i < best; i++)
            {
                if (System.Text.Ascii.EqualsIgnoreCase(key.Bytes, s_peeked[i]) && TryParseValue(value, out var found))
                {
                    best = i;
                    time = found;
                }
            }
        }
    }
}
