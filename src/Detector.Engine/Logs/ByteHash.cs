using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Detector.Engine.Logs;

/// <summary>
/// A quick 64-bit hash of short byte strings for tables that compare the bytes as well: a collision costs time, never
/// correctness, and the tables are of fixed size with overwriting, so that chosen collisions cannot make them slow.
/// </summary>
internal static class ByteHash
{
    private const ulong Prime1 = 0x9E37_79B9_7F4A_7C15;
    private const ulong Prime2 = 0xC2B2_AE3D_27D4_EB4F;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ReadOnlySpan<byte> bytes, ulong seed = 0)
    {
        unchecked
        {
            ref var at = ref MemoryMarshal.GetReference(bytes);
            var length = bytes.Length;
            var hash = seed ^ (ulong)length * Prime1;
            if (length >= 8)
            {
                for (var i = 0; i < length - 8; i += 8) hash = Mix(hash, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, i)));
                return Finish(Mix(hash, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, length - 8))));
            }

            ulong rest = 0;
            for (var i = 0; i < length; i++) rest = rest << 8 | Unsafe.Add(ref at, i);
            return Finish(Mix(hash, rest));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong hash, ulong value) => unchecked(BitOperations.RotateLeft(hash ^ value * Prime2, 27) * Prime1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Finish(ulong hash) => hash ^ hash >> 32;
}
