using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Detector.Engine.Streams;

/// <summary>
/// An identity in 16 bytes, for state that is kept per user or record. A GUID is its own bits, whatever its casing;
/// any other text is the first half of the SHA-256 of its upper case, so that nobody can write two texts that collide.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Key128(ulong High, ulong Low)
{
    // Texts longer than this are hashed through a rented buffer.
    private const int StackBytesMax = 512;

    /// <summary>The key of a text, compared without regard to case.</summary>
    public static Key128 Of(string text)
    {
        if (Guid.TryParseExact(text, "D", out var guid)) return Of(guid);
        return OfHash(text.ToUpperInvariant());
    }

    /// <summary>The key of a GUID.</summary>
    public static Key128 Of(Guid guid)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        return Read(bytes);
    }

    /// <summary>The GUID whose bits these are; meaningful only where the text was one.</summary>
    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Whether <paramref name="text"/> can be had back from its key by <see cref="ToGuid"/>.</summary>
    public static bool IsReversible(string text, Key128 key)
    {
        Span<char> written = stackalloc char[36];
        return text.Length == written.Length && key.ToGuid().TryFormat(written, out _) && written.SequenceEqual(text);
    }

    /// <inheritdoc />
    public override int GetHashCode() => unchecked((int)(High ^ (High >> 32) ^ Low ^ (Low >> 32)));

    private static Key128 OfHash(string text)
    {
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        var buffer = length <= StackBytesMax ? stackalloc byte[StackBytesMax] : new byte[length];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer[..Encoding.UTF8.GetBytes(text, buffer)], hash);
        return Read(hash);
    }

    private static Key128 Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
}
