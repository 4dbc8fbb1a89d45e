using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Detector.Engine.Logs;

/// <summary>
/// Reads the first members of an object by its quotes alone, without decoding. That is sound as long as no backslash
/// and no inner object or array has come by: then quotes are structural, a member found is a member of the object, and
/// the first of its name. At any doubt it stops, and the record is parsed.
/// </summary>
internal sealed class FlatHeader
{
    /// <summary>A value: where it lies, and whether it is a text (without its quotes) or a number or word.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal struct Found
    {
        public int Start;
        public int Length;
        public bool IsText;

        public readonly ReadOnlySpan<byte> In(ReadOnlySpan<byte> record) => record.Slice(Start, Length);
    }

    private readonly byte[][] _names;
    private readonly ulong _lengths;
    private readonly int _all;

    /// <summary>Looks for these names, compared case-insensitively.</summary>
    public FlatHeader(params string[] names)
    {
        _names = [.. names.Select(System.Text.Encoding.ASCII.GetBytes)];
        foreach (var name in _names) _lengths |= 1UL << name.Length;
        _all = (1 << names.Length) - 1;
    }

    /// <summary>
    /// Reads from <paramref name="position"/>, which is after an opening brace, until all names are found or a doubt
    /// arises. Gives a bit for each name that was found, and in <paramref name="position"/> the place after the last
    /// member that was read.
    /// </summary>
    public int Read(ReadOnlySpan<byte> record, ref int position, Span<Found> values)
    {
        ulong quotes = 0;
        var chunk = position - 64;
        var stopped = false;
        var found = 0;
        while (true)
        {
            var open = NextQuote(record, ref quotes, ref chunk, ref stopped);
            var close = NextQuote(record, ref quotes, ref chunk, ref stopped);
            if (close < 0) return found;
            if (!TryValue(record, close + 1, out var at)) return found;
            var start = at;
            int end;
            var isText = record[at] == '"';
            if (isText)
            {
                start++;
                if (NextQuote(record, ref quotes, ref chunk, ref stopped) != at) return found;
                end = NextQuote(record, ref quotes, ref chunk, ref stopped);
                if (end < 0) return found;
                at = SkipSpace(record, end + 1);
            }
            else
            {
                while ((uint)at < (uint)record.Length && record[at] is not ((byte)',' or (byte)'}' or (byte)'{' or (byte)'[')) at++;
                if ((uint)at >= (uint)record.Length || record[at] is (byte)'{' or (byte)'[') return found;
                end = at;
                while (end > start && record[end - 1] <= ' ') end--;
            }

            var length = close - open - 1;
            if (length < 64 && (_lengths >> length & 1) != 0 && Find(record.Slice(open + 1, length)) is >= 0 and var name && (found & 1 << name) == 0)
            {
                found |= 1 << name;
                values[name].Start = start;
                values[name].Length = end - start;
                values[name].IsText = isText;
                if (found == _all)
                {
                    position = at;
                    return found;
                }
            }

            if ((uint)at >= (uint)record.Length || record[at] != ',') return found;
            position = at;
        }
    }

    /// <summary>
    /// From <paramref name="position"/>, the place after the brace of <c>"properties":{</c>, when only flat members lie
    /// between; else -1.
    /// </summary>
    public static int FindProperties(ReadOnlySpan<byte> record, int position)
    {
        var rest = record[position..];
        var brace = rest.IndexOfAny((byte)'{', (byte)'[', (byte)'\\');
        if (brace < 0 || rest[brace] != '{') return -1;
        var before = rest[..brace];
        if (before.EndsWith("\"properties\":"u8) || before.EndsWith("\"properties\": "u8)) return position + brace + 1;
        before = before.TrimEnd(" \t\r\n"u8);
        if (before.IsEmpty || before[^1] != ':') return -1;
        return before[..^1].TrimEnd(" \t\r\n"u8).EndsWith("\"properties\""u8) ? position + brace + 1 : -1;
    }

    private int Find(ReadOnlySpan<byte> key)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            var name = _names[i];
            if (name.Length != key.Length || (key[0] | 0x20) != (name[0] | 0x20) || (key[^1] | 0x20) != (name[^1] | 0x20)) continue;
            if (key.SequenceEqual(name) || System.Text.Ascii.EqualsIgnoreCase(key, name)) return i;
        }

        return -1;
    }

    // Of a member's value the first byte, after the colon.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryValue(ReadOnlySpan<byte> record, int from, out int at)
    {
        at = SkipSpace(record, from);
        if ((uint)at >= (uint)record.Length || record[at] != ':') return false;
        at = SkipSpace(record, at + 1);
        return (uint)at < (uint)record.Length;
    }

    // The next structural quote, or -1. Of 64 bytes with a backslash, only the quotes before it are.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int NextQuote(ReadOnlySpan<byte> record, ref ulong quotes, ref int chunk, ref bool stopped)
    {
        while (quotes == 0)
        {
            chunk += 64;
            if (stopped || chunk + 64 > record.Length) return -1;
            ref var at = ref Unsafe.Add(ref MemoryMarshal.GetReference(record), chunk);
            var slashes = Mask(ref at, (byte)'\\');
            quotes = Mask(ref at, (byte)'"');
            if (slashes == 0) continue;
            stopped = true;
            quotes &= unchecked((slashes & (0 - slashes)) - 1);
        }

        var found = chunk + BitOperations.TrailingZeroCount(quotes);
        quotes &= unchecked(quotes - 1);
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Mask(ref byte at, byte value)
    {
        if (Vector512.IsHardwareAccelerated) return Vector512.Equals(Vector512.LoadUnsafe(ref at), Vector512.Create(value)).ExtractMostSignificantBits();
        var wanted = Vector256.Create(value);
        return Vector256.Equals(Vector256.LoadUnsafe(ref at), wanted).ExtractMostSignificantBits()
            | (ulong)Vector256.Equals(Vector256.LoadUnsafe(ref at, 32), wanted).ExtractMostSignificantBits() << 32;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SkipSpace(ReadOnlySpan<byte> record, int at)
    {
        while ((uint)at < (uint)record.Length && record[at] <= ' ') at++;
        return at;
    }
}
