using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Detector.Engine.Logs;

/// <summary>
/// Tells quickly that an account is not among some names, compared without regard to case: by its length and first
/// bytes, in a table of 4096 bits. What it does not exclude may be among them or not.
/// </summary>
internal sealed class AccountFilter
{
    private const int Bits = 4096;

    private readonly ulong[] _seen = new ulong[Bits / 64];
    private readonly bool _isBlind;

    /// <summary>A filter for names and object ids.</summary>
    public AccountFilter(IEnumerable<string> accounts)
    {
        foreach (var account in accounts)
        {
            // Beyond ASCII, letters that differ in bytes may be the same but for their case.
            if (!Ascii.IsValid(account)) _isBlind = true;
            var place = Place(Encoding.UTF8.GetBytes(account));
            _seen[place >> 6] |= 1UL << (place & 63);
        }
    }

    /// <summary>Whether the account is surely none of the names.</summary>
    public bool Excludes(ReadOnlySpan<byte> account)
    {
        if (_isBlind || account.IsEmpty || !Ascii.IsValid(account)) return false;
        var place = Place(account);
        return (_seen[place >> 6] >> (place & 63) & 1) == 0;
    }

    private static int Place(ReadOnlySpan<byte> account)
    {
        const ulong lower = 0x2020_2020_2020_2020;
        unchecked
        {
            ref var at = ref MemoryMarshal.GetReference(account);
            ulong head = 0;
            if (account.Length >= 16) head = (Unsafe.ReadUnaligned<ulong>(ref at) | lower) * 0x9E37_79B9_7F4A_7C15 ^ (Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, 8)) | lower);
            else foreach (var letter in account) head = head << 7 ^ head >> 57 ^ (letter | 0x20UL);
            return (int)((head ^ (ulong)account.Length << 32) * 0xC2B2_AE3D_27D4_EB4F >> 52);
        }
    }
}
