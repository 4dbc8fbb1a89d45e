using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Detector.Engine.Logs;

/// <summary>Masks of 64 bytes of JSON, bit i for byte i.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct JsonMasks
{
    public ulong Quotes;
    public ulong Slashes;
    public ulong Opens;
    public ulong Closes;
}

/// <summary>Finds ends of strings, objects and arrays, 64 bytes at a time.</summary>
internal static class JsonScan
{
    /// <summary>Objects and arrays within one another; the record itself is the first.</summary>
    public const int DepthMax = 64;

    private const ulong EvenBits = 0x5555_5555_5555_5555;

    /// <summary>
    /// The index after the bracket that closes <paramref name="depth"/> levels that are open at
    /// <paramref name="start"/>, or -1 when the bytes end before. Only strings and the count of brackets are looked at.
    /// </summary>
    /// <param name="json">The text.</param>
    /// <param name="start">Where to begin, outside a string.</param>
    /// <param name="depth">Open levels there, at least 1.</param>
    /// <param name="depthMax">More levels than this give -2.</param>
    public static int SkipContainer(ReadOnlySpan<byte> json, int start, int depth, int depthMax = DepthMax)
    {
        ref var bytes = ref MemoryMarshal.GetReference(json);
        ulong escapeCarry = 0, insideCarry = 0;
        JsonMasks masks = default;
        Span<byte> tail = stackalloc byte[64];
        for (var at = start; at < json.Length; at += 64)
        {
            if (json.Length - at >= 64)
            {
                Load(ref Unsafe.Add(ref bytes, at), ref masks);
            }
            else
            {
                tail.Fill((byte)' ');
                json[at..].CopyTo(tail);
                Load(ref MemoryMarshal.GetReference(tail), ref masks);
            }

            var quotes = masks.Quotes;
            if ((masks.Slashes | escapeCarry) != 0) quotes &= ~Escaped(masks.Slashes, ref escapeCarry);
            var inside = PrefixXor(quotes) ^ insideCarry;
            insideCarry = unchecked(0 - (inside >> 63));
            var opens = masks.Opens & ~inside;
            var closes = masks.Closes & ~inside;
            var opened = BitOperations.PopCount(opens);
            var closed = BitOperations.PopCount(closes);
            if (closed < depth && depth + opened <= depthMax)
            {
                depth += opened - closed;
                continue;
            }

            for (var both = opens | closes; both != 0; both &= unchecked(both - 1))
            {
                var bit = BitOperations.TrailingZeroCount(both);
                if ((opens >> bit & 1) != 0)
                {
                    if (++depth > depthMax) return -2;
                }
                else if (--depth == 0)
                {
                    return at + bit + 1;
                }
            }
        }

        return -1;
    }

    /// <summary>
    /// Whether the byte at <paramref name="at"/> is outside any text and directly within the object whose members begin
    /// at <paramref name="start"/>. False too where a backslash lies between: then only a parser can tell.
    /// </summary>
    public static bool IsMemberAt(ReadOnlySpan<byte> json, int start, int at)
    {
        ref var bytes = ref MemoryMarshal.GetReference(json);
        ulong insideCarry = 0;
        var depth = 1;
        JsonMasks masks = default;
        Span<byte> tail = stackalloc byte[64];
        for (var from = start; from < at; from += 64)
        {
            if (json.Length - from >= 64)
            {
                Load(ref Unsafe.Add(ref bytes, from), ref masks);
            }
            else
            {
                tail.Fill((byte)' ');
                json[from..].CopyTo(tail);
                Load(ref MemoryMarshal.GetReference(tail), ref masks);
            }

            // Of the last 64 bytes only those before the place count.
            var counted = at - from < 64 ? (1UL << (at - from)) - 1 : ~0UL;
            if ((masks.Slashes & counted) != 0) return false;
            var inside = PrefixXor(masks.Quotes & counted) ^ insideCarry;
            insideCarry = unchecked(0 - (inside >> 63));
            var opens = masks.Opens & ~inside & counted;
            var closes = masks.Closes & ~inside & counted;
            if (BitOperations.PopCount(closes) < depth)
            {
                depth += BitOperations.PopCount(opens) - BitOperations.PopCount(closes);
                continue;
            }

            for (var both = opens | closes; both != 0; both &= unchecked(both - 1))
            {
                depth += (opens >> BitOperations.TrailingZeroCount(both) & 1) != 0 ? 1 : -1;
                if (depth == 0) return false;
            }
        }

        return depth == 1 && insideCarry == 0;
    }

    /// <summary>
    /// The index of the quote that ends the string whose first byte is at <paramref name="start"/>, or -1.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int StringEnd(ReadOnlySpan<byte> json, int start, out bool escaped)
    {
        // Names and most texts end within 64 bytes: one look and no call.
        if (start <= json.Length - 64)
        {
            ref var bytes = ref Unsafe.Add(ref MemoryMarshal.GetReference(json), start);
            var quotes = FlatHeader.Mask(ref bytes, (byte)'"');
            if (quotes != 0 && (FlatHeader.Mask(ref bytes, (byte)'\\') & unchecked(quotes - 1)) == 0)
            {
                escaped = false;
                return unchecked(start + BitOperations.TrailingZeroCount(quotes));
            }
        }

        return StringEndFar(json, start, out escaped);
    }

    private static int StringEndFar(ReadOnlySpan<byte> json, int start, out bool escaped)
    {
        escaped = false;
        var at = start;
        while (at < json.Length)
        {
            var hit = json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (hit < 0) return -1;
            at += hit;
            if (json[at] == '"') return at;
            escaped = true;
            at += 2;
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(ref byte at, ref JsonMasks masks)
    {
        // '{' and '[' differ in one bit, as do '}' and ']': with that bit set, one comparison finds both.
        if (Vector512.IsHardwareAccelerated)
        {
            var v = Vector512.LoadUnsafe(ref at);
            var folded = v | Vector512.Create((byte)0x20);
            masks.Quotes = Vector512.Equals(v, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
            masks.Slashes = Vector512.Equals(v, Vector512.Create((byte)'\\')).ExtractMostSignificantBits();
            masks.Opens = Vector512.Equals(folded, Vector512.Create((byte)'{')).ExtractMostSignificantBits();
            masks.Closes = Vector512.Equals(folded, Vector512.Create((byte)'}')).ExtractMostSignificantBits();
            return;
        }

        var low = Vector256.LoadUnsafe(ref at);
        var high = Vector256.LoadUnsafe(ref at, 32);
        masks.Quotes = Mask(low, high, (byte)'"');
        masks.Slashes = Mask(low, high, (byte)'\\');
        low |= Vector256.Create((byte)0x20);
        high |= Vector256.Create((byte)0x20);
        masks.Opens = Mask(low, high, (byte)'{');
        masks.Closes = Mask(low, high, (byte)'}');
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(Vector256<byte> low, Vector256<byte> high, byte value)
    {
        var wanted = Vector256.Create(value);
        return Vector256.Equals(low, wanted).ExtractMostSignificantBits()
            | (ulong)Vector256.Equals(high, wanted).ExtractMostSignificantBits() << 32;
    }

    // Bytes that follow an odd run of backslashes; the carry is 1 when the first byte of the next 64 is one.
    private static ulong Escaped(ulong slashes, ref ulong carry)
    {
        unchecked
        {
            slashes &= ~carry;
            var follows = slashes << 1 | carry;
            var oddStarts = slashes & ~EvenBits & ~follows;
            var sum = oddStarts + slashes;
            carry = sum < oddStarts ? 1UL : 0UL;
            return (EvenBits ^ sum << 1) & follows;
        }
    }

    // Bit i of the result is the parity of the bits 0 to i: 1 from an opening quote up to its closing one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong PrefixXor(ulong bits)
    {
        if (Pclmulqdq.IsSupported)
            return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ bits << 32;
    }
}
