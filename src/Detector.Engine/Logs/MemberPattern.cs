using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Detector.Engine.Logs;

/// <summary>
/// The first members of an object as one record had them, all but their texts. Where another record has the same bytes
/// around texts without a quote or a backslash, its members are the same, and each text is found by one comparison.
/// </summary>
internal sealed class MemberPattern
{
    /// <summary>With more texts than this before the last one that is wanted, members are read one by one.</summary>
    public const int TextsMax = 12;

    private const int GapBytesMax = 32;

    private readonly Gap[] _gaps;
    private readonly int[] _wanted;

    private MemberPattern(Gap[] gaps, int[] wanted)
    {
        _gaps = gaps;
        _wanted = wanted;
    }

    /// <summary>
    /// What lies between the texts from <paramref name="start"/>, after the brace, up to the last of the texts that
    /// <see cref="FlatHeader.Read"/> found there; null when it does not fit.
    /// </summary>
    public static MemberPattern? Learn(ReadOnlySpan<byte> record, int start, ReadOnlySpan<FlatHeader.Found> found)
    {
        var last = 0;
        foreach (var value in found) last = Math.Max(last, value.Start + value.Length);
        if (last + GapBytesMax > record.Length) return null;
        var gaps = new List<Gap>();
        var wanted = new int[found.Length];
        var gapStart = start;
        for (var at = start; at < last;)
        {
            // The quotes of a name stay in the gap, those of a text are its ends.
            var open = at + record[at..].IndexOf((byte)'"');
            var close = open + 1 + record[(open + 1)..].IndexOf((byte)'"');
            at = close + 1;
            if (record[at..].TrimStart(" \t\r\n"u8)[0] == ':') continue;
            if (open + 1 - gapStart > GapBytesMax || gaps.Count == TextsMax) return null;
            for (var i = 0; i < found.Length; i++)
            {
                if (found[i].Start == open + 1) wanted[i] = gaps.Count;
            }

            gaps.Add(new Gap(record[gapStart..(open + 1)], close - open - 1));
            gapStart = close;
        }

        return new MemberPattern([.. gaps], wanted);
    }

    /// <summary>The texts, in the order in which they were learned; false when the record is another.</summary>
    public bool TryRead(ReadOnlySpan<byte> record, int start, Span<FlatHeader.Found> found)
    {
        Span<FlatHeader.Found> texts = stackalloc FlatHeader.Found[TextsMax];
        ref var bytes = ref MemoryMarshal.GetReference(record);
        var gaps = _gaps;
        var at = start;
        for (var i = 0; i < gaps.Length && i < texts.Length; i++)
        {
            ref readonly var gap = ref gaps[i];
            if (at + GapBytesMax + 64 > record.Length) return false;
            var same = Vector256.Equals(Vector256.LoadUnsafe(ref Unsafe.Add(ref bytes, at)), gap.Bytes).ExtractMostSignificantBits();
            if ((same & gap.Mask) != gap.Mask) return false;
            at += gap.Length;
            var length = BitOperations.TrailingZeroCount(Ends(ref Unsafe.Add(ref bytes, at)));
            if (length == 64) return false;
            texts[i].Start = at;
            texts[i].Length = length;
            texts[i].IsText = true;
            // Most texts have one length in all records: the processor goes on with it while this one is measured.
            at += length == gap.TextLength ? gap.TextLength : length;
        }

        if (record[at] != '"') return false;
        for (var i = 0; i < found.Length; i++) found[i] = texts[_wanted[i]];
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Ends(ref byte at) => FlatHeader.Mask(ref at, (byte)'"') | FlatHeader.Mask(ref at, (byte)'\\');

    [StructLayout(LayoutKind.Auto)]
    private readonly struct Gap
    {
        public readonly Vector256<byte> Bytes;
        public readonly uint Mask;
        public readonly int Length;
        public readonly int TextLength;

        public Gap(ReadOnlySpan<byte> bytes, int textLength)
        {
            Span<byte> room = stackalloc byte[GapBytesMax];
            room.Clear();
            bytes.CopyTo(room);
            Bytes = Vector256.Create<byte>(room);
            Mask = bytes.Length == GapBytesMax ? uint.MaxValue : (1U << bytes.Length) - 1;
            Length = bytes.Length;
            TextLength = textLength;
        }
    }
}
