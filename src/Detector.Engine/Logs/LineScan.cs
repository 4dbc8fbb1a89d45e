using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Detector.Engine.Logs;

/// <summary>What one pass over a line found, 64 bytes at a time.</summary>
/// <param name="Length">Bytes before the line end.</param>
/// <param name="HasEnd">Whether a line end follows.</param>
/// <param name="IsAscii">False: the UTF-8 must be checked.</param>
/// <param name="IsSuspect">A second record may begin inside the line: its brackets must be checked.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LineScan(int Length, bool HasEnd, bool IsAscii, bool IsSuspect)
{
    /// <summary>
    /// Scans from the start of a line. In JSON without damage, an object begins after <c>: , [</c> or a space; and
    /// <c>{"</c> does not occur inside a text but at its very end. So a <c>{"</c> after anything else, or one that goes
    /// on as the line itself began, is where a torn record and the next one may have been glued together.
    /// </summary>
    public static LineScan From(ReadOnlySpan<byte> block)
    {
        if (block.Length < 3 || block[1] != '"') return Plain(block);
        ref var bytes = ref MemoryMarshal.GetReference(block);
        var third = block[2];
        var state = new Carry { Spaces = ~0UL };
        ulong suspects = 0;
        ulong high = 0;
        Span<byte> tail = stackalloc byte[64];
        for (var at = 0; ; at += 64)
        {
            Masks masks;
            var rest = block.Length - at;
            if (rest < 64)
            {
                tail.Fill((byte)'\n');
                block[at..].CopyTo(tail);
                Load(ref MemoryMarshal.GetReference(tail), third, out masks);
            }
            else
            {
                Load(ref Unsafe.Add(ref bytes, at), third, out masks);
            }

            var found = Suspects(masks, ref state);
            if (at == 0) found &= ~0b111UL;
            if (masks.Ends == 0)
            {
                suspects |= found;
                high |= masks.High;
                continue;
            }

            var before = unchecked((masks.Ends & (0 - masks.Ends)) - 1);
            var end = BitOperations.TrailingZeroCount(masks.Ends);
            return new LineScan(at + Math.Min(end, rest), end < rest, ((high | (masks.High & before)) == 0), ((suspects | (found & before)) != 0));
        }
    }

    // A line that does not begin like compact JSON: everything about it is checked the slow way.
    private static LineScan Plain(ReadOnlySpan<byte> block)
    {
        var end = block.IndexOf((byte)'\n');
        return new LineScan(end < 0 ? block.Length : end, end >= 0, IsAscii: false, IsSuspect: true);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Suspects(in Masks masks, ref Carry carry)
    {
        unchecked
        {
            var afterBrace = masks.Braces << 1 | carry.Braces >> 63;
            var afterTwo = masks.Braces << 2 | carry.Braces >> 62;
            var afterQuote = masks.Quotes << 1 | carry.Quotes >> 63;
            var spaceBeforeBrace = masks.Spaces << 2 | carry.Spaces >> 62;
            carry.Braces = masks.Braces;
            carry.Quotes = masks.Quotes;
            carry.Spaces = masks.Spaces;
            return (masks.Quotes & afterBrace & ~spaceBeforeBrace) | (masks.Thirds & afterQuote & afterTwo);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(ref byte at, byte third, out Masks masks)
    {
        Unsafe.SkipInit(out masks);
        if (Vector512.IsHardwareAccelerated && Avx512BW.IsSupported)
        {
            // One shuffle by the low four bits gives the only byte of the four that it can be.
            var four = Vector512.Create(Vector128.Create(0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x3A, 0x5B, 0x2C, 0xFF, 0xFF, 0xFF));
            var v = Vector512.LoadUnsafe(ref at);
            masks.Ends = Vector512.Equals(v, Vector512.Create((byte)'\n')).ExtractMostSignificantBits();
            masks.Braces = Vector512.Equals(v, Vector512.Create((byte)'{')).ExtractMostSignificantBits();
            masks.Quotes = Vector512.Equals(v, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
            masks.Thirds = Vector512.Equals(v, Vector512.Create(third)).ExtractMostSignificantBits();
            masks.Spaces = Vector512.Equals(v, Avx512BW.Shuffle(four, v)).ExtractMostSignificantBits();
            masks.High = v.ExtractMostSignificantBits();
            return;
        }

        var low = Vector256.LoadUnsafe(ref at);
        var top = Vector256.LoadUnsafe(ref at, 32);
        masks.Ends = Mask(low, top, (byte)'\n');
        masks.Braces = Mask(low, top, (byte)'{');
        masks.Quotes = Mask(low, top, (byte)'"');
        masks.Thirds = Mask(low, top, third);
        masks.Spaces = Mask(low, top, (byte)' ') | Mask(low, top, (byte)':') | Mask(low, top, (byte)',') | Mask(low, top, (byte)'[');
        masks.High = low.ExtractMostSignificantBits() | (ulong)top.ExtractMostSignificantBits() << 32;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(Vector256<byte> low, Vector256<byte> top, byte value)
    {
        var wanted = Vector256.Create(value);
        return Vector256.Equals(low, wanted).ExtractMostSignificantBits() | (ulong)Vector256.Equals(top, wanted).ExtractMostSignificantBits() << 32;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Masks
    {
        public ulong Ends;
        public ulong Braces;
        public ulong Quotes;
        public ulong Thirds;
        public ulong Spaces;
        public ulong High;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Carry
    {
        public ulong Braces;
        public ulong Quotes;
        public ulong Spaces;
    }
}
