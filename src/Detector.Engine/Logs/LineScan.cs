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
    // By its low four bits, the only one of space, colon, comma and opening bracket that a byte can be.
    private static readonly Vector128<byte> s_four = Vector128.Create(0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x3A, 0x5B, 0x2C, 0xFF, 0xFF, 0xFF);

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
        var at = 1;
        var suspect = false;
        var ascii = block[0] < 0x80;
        if (Vector512.IsHardwareAccelerated && Avx512BW.IsSupported) at = Skip512(ref bytes, block.Length, third, out ascii, out suspect);
        else if (Avx2.IsSupported) at = Skip256(ref bytes, block.Length, third, out ascii, out suspect);

        // What is left: the 64 bytes with the line end, the end of the block, or all of it on other processors.
        Span<byte> tail = stackalloc byte[64 + 3];
        for (; ; at += 64)
        {
            Masks masks;
            var rest = block.Length - at;
            if (rest < 66)
            {
                tail.Fill((byte)'\n');
                block[(at - 1)..Math.Min(block.Length, at + 66)].CopyTo(tail);
                Load(ref tail[1], third, out masks);
            }
            else
            {
                Load(ref Unsafe.Add(ref bytes, at), third, out masks);
            }

            var before = masks.Ends == 0 ? ~0UL : unchecked((masks.Ends & (0 - masks.Ends)) - 1);
            ascii &= (masks.High & before) == 0;
            suspect |= (masks.Suspects & before) != 0;
            if (masks.Ends == 0) continue;
            var end = BitOperations.TrailingZeroCount(masks.Ends);
            return new LineScan(at + Math.Min(end, rest), end < rest, ascii, suspect);
        }
    }

    /// <summary>
    /// Goes on while no line end comes, and gives where it stopped. A byte of <c>glued</c> is zero where a suspect was:
    /// differences are or-ed and the least is kept, which is cheaper than a mask for each comparison.
    /// </summary>
    private static int Skip512(ref byte bytes, int length, byte third, out bool ascii, out bool suspect)
    {
        var newline = Vector512.Create((byte)'\n');
        var brace = Vector512.Create((byte)'{');
        var quote = Vector512.Create((byte)'"');
        var thirds = Vector512.Create(third);
        var one = Vector512.Create((byte)1);
        var four = Vector512.Create(s_four);
        var all = Vector512.Create(bytes);
        var glued = Vector512<byte>.AllBitsSet;
        var at = 1;
        for (; at + 66 <= length; at += 64)
        {
            ref var here = ref Unsafe.Add(ref bytes, at);
            var v = Vector512.LoadUnsafe(ref here);
            if (Vector512.EqualsAny(v, newline)) break;
            all |= v;
            var before = Vector512.LoadUnsafe(ref Unsafe.Subtract(ref here, 1));
            var opens = (v ^ brace) | (Vector512.LoadUnsafe(ref here, 1) ^ quote);
            var again = opens | (Vector512.LoadUnsafe(ref here, 2) ^ thirds);
            var expected = Avx512BW.SubtractSaturate(one, before ^ Avx512BW.Shuffle(four, before));
            glued = Vector512.Min(glued, Vector512.Min(again, opens | expected));
        }

        ascii = all.ExtractMostSignificantBits() == 0;
        suspect = Vector512.EqualsAny(glued, Vector512<byte>.Zero);
        return at;
    }

    /// <summary>As <see cref="Skip512"/>, on processors whose widest registers have half the size.</summary>
    private static int Skip256(ref byte bytes, int length, byte third, out bool ascii, out bool suspect)
    {
        var newline = Vector256.Create((byte)'\n');
        var brace = Vector256.Create((byte)'{');
        var quote = Vector256.Create((byte)'"');
        var thirds = Vector256.Create(third);
        var one = Vector256.Create((byte)1);
        var four = Vector256.Create(s_four, s_four);
        var all = Vector256.Create(bytes);
        var glued = Vector256<byte>.AllBitsSet;
        var at = 1;
        for (; at + 66 <= length; at += 32)
        {
            ref var here = ref Unsafe.Add(ref bytes, at);
            var v = Vector256.LoadUnsafe(ref here);
            if (Vector256.EqualsAny(v, newline)) break;
            all |= v;
            var before = Vector256.LoadUnsafe(ref Unsafe.Subtract(ref here, 1));
            var opens = (v ^ brace) | (Vector256.LoadUnsafe(ref here, 1) ^ quote);
            var again = opens | (Vector256.LoadUnsafe(ref here, 2) ^ thirds);
            var expected = Avx2.SubtractSaturate(one, before ^ Avx2.Shuffle(four, before));
            glued = Vector256.Min(glued, Vector256.Min(again, opens | expected));
        }

        ascii = all.ExtractMostSignificantBits() == 0;
        suspect = Vector256.EqualsAny(glued, Vector256<byte>.Zero);
        return at;
    }

    // A line that does not begin like compact JSON: everything about it is checked the slow way.
    private static LineScan Plain(ReadOnlySpan<byte> block)
    {
        var end = block.IndexOf((byte)'\n');
        return new LineScan(end < 0 ? block.Length : end, end >= 0, IsAscii: false, IsSuspect: true);
    }

    // The byte at 'at' is never the first of the block, and two follow the 64.
    private static void Load(ref byte at, byte third, out Masks masks)
    {
        var opens = Mask(ref at, 0, (byte)'{') & Mask(ref at, 1, (byte)'"');
        var expected = Mask(ref at, -1, (byte)' ') | Mask(ref at, -1, (byte)':') | Mask(ref at, -1, (byte)',') | Mask(ref at, -1, (byte)'[');
        masks.Ends = Mask(ref at, 0, (byte)'\n');
        masks.Suspects = opens & (~expected | Mask(ref at, 2, third));
        masks.High = Vector256.LoadUnsafe(ref at).ExtractMostSignificantBits() | (ulong)Vector256.LoadUnsafe(ref at, 32).ExtractMostSignificantBits() << 32;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(ref byte at, int step, byte value)
    {
        ref var from = ref Unsafe.Add(ref at, step);
        if (Vector512.IsHardwareAccelerated) return Vector512.Equals(Vector512.LoadUnsafe(ref from), Vector512.Create(value)).ExtractMostSignificantBits();
        var wanted = Vector256.Create(value);
        return Vector256.Equals(Vector256.LoadUnsafe(ref from), wanted).ExtractMostSignificantBits()
            | (ulong)Vector256.Equals(Vector256.LoadUnsafe(ref from, 32), wanted).ExtractMostSignificantBits() << 32;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Masks
    {
        public ulong Ends;
        public ulong Suspects;
        public ulong High;
    }
}
