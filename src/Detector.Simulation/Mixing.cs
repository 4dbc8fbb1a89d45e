namespace Detector.Simulation;

/// <summary>
/// Numbers that look random and follow from keys: the finaliser of SplitMix64 (Steele, Lea and Flood, 2014). What an
/// event says is derived from its number, so that a copy of it can be written again at any time.
/// </summary>
internal static class Mixing
{
    public static ulong Mix(ulong key)
    {
        unchecked
        {
            key += 0x9E3779B97F4A7C15;
            key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9;
            key = (key ^ (key >> 27)) * 0x94D049BB133111EB;
            return key ^ (key >> 31);
        }
    }

    public static ulong Mix(ulong key, ulong salt)
    {
        unchecked
        {
            return Mix(key ^ (salt * 0xD6E8FEB86659FD93));
        }
    }

    /// <summary>0 to <paramref name="count"/> - 1.</summary>
    public static int Pick(ulong key, ulong salt, int count) => (int)Math.BigMul(Mix(key, salt), (ulong)count, out _);

    /// <summary>The two halves of the identifier of a key.</summary>
    public static (ulong High, ulong Low) Halves(ulong key) => (Mix(key, 0xA1), Mix(key, 0xB2));

    /// <summary>The identifier of a key, as a version 4 UUID.</summary>
    public static string Uuid(ulong key)
    {
        Span<byte> text = stackalloc byte[36];
        WriteUuid(key, text);
        return System.Text.Encoding.ASCII.GetString(text);
    }

    /// <summary>Writes the 36 characters of <see cref="Uuid"/>.</summary>
    public static void WriteUuid(ulong key, Span<byte> to)
    {
        var (high, low) = Halves(key);
        high = (high & 0xFFFFFFFFFFFF0FFF) | 0x4000;
        low = (low & 0x3FFFFFFFFFFFFFFF) | 0x8000000000000000;
        var digits = "0123456789abcdef"u8;
        var at = 0;
        for (var i = 0; i < 16; i++)
        {
            if (i is 4 or 6 or 8 or 10) to[at++] = (byte)'-';
            var value = (byte)((i < 8 ? high >> (56 - 8 * i) : low >> (56 - 8 * (i - 8))) & 0xFF);
            to[at++] = digits[value >> 4];
            to[at++] = digits[value & 15];
        }
    }
}

/// <summary>A stream of numbers that look random (SplitMix64), the same for the same seed on every machine.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
        }

        return Mixing.Mix(_state);
    }

    /// <summary>0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary><paramref name="from"/> to <paramref name="to"/> - 1.</summary>
    public long Between(long from, long to) => from + (long)Math.BigMul(Next(), (ulong)(to - from), out _);

    /// <summary>0 up to but not 1.</summary>
    public double Share() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double share) => Share() < share;
}
