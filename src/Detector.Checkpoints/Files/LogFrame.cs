using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace Detector.Checkpoints.Files;

/// <summary>
/// How a record lies in a log: its length (4 bytes), its number (4), a checksum of both (8), the bytes, their checksum (8). That the
/// head of a frame has a checksum of its own tells a cut-off end from damage. All are seeded with a number that was drawn for
/// the log, so that no content looks like a frame.
/// </summary>
internal static class LogFrame
{
    private const int HeadBytes = 2 * sizeof(int) + sizeof(ulong);

    /// <summary>What the number takes that is drawn for a log.</summary>
    public const int SeedBytes = sizeof(long) + sizeof(ulong);

    /// <summary>Draws it, and writes it with its checksum.</summary>
    public static long WriteSeed(Span<byte> into)
    {
        RandomNumberGenerator.Fill(into[..sizeof(long)]);
        BinaryPrimitives.WriteUInt64LittleEndian(into[sizeof(long)..], XxHash3.HashToUInt64(into[..sizeof(long)]));
        return BinaryPrimitives.ReadInt64LittleEndian(into);
    }

    /// <summary>Reads it; false when it is not as it was written.</summary>
    public static bool TryReadSeed(ReadOnlySpan<byte> from, out long seed)
    {
        seed = BinaryPrimitives.ReadInt64LittleEndian(from);
        return BinaryPrimitives.ReadUInt64LittleEndian(from[sizeof(long)..]) == XxHash3.HashToUInt64(from[..sizeof(long)]);
    }

    /// <summary>What a record of this length takes.</summary>
    public static int Bytes(int length) => HeadBytes + length + sizeof(ulong);

    /// <summary>Writes a record to the beginning of a buffer.</summary>
    public static void Write(Span<byte> into, ReadOnlySpan<byte> record, int number, long seed)
    {
        BinaryPrimitives.WriteInt32LittleEndian(into, record.Length);
        BinaryPrimitives.WriteInt32LittleEndian(into[sizeof(int)..], number);
        BinaryPrimitives.WriteUInt64LittleEndian(into[(2 * sizeof(int))..], XxHash3.HashToUInt64(into[..(2 * sizeof(int))], seed));
        record.CopyTo(into[HeadBytes..]);
        BinaryPrimitives.WriteUInt64LittleEndian(into[(HeadBytes + record.Length)..], Sum(record, number, seed));
    }

    /// <summary>Reads the record with a number; false when it is not there, or not as it was written.</summary>
    public static bool TryRead(byte[] bytes, int at, int number, long seed, out ReadOnlyMemory<byte> record)
    {
        record = default;
        if (HeadAt(bytes, at, seed) is not var (length, found) || found != number || length > bytes.Length - at - Bytes(0)) return false;
        record = bytes.AsMemory(at + HeadBytes, length);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at + HeadBytes + length)) == Sum(record.Span, number, seed);
    }

    /// <summary>Whether behind this place another record with a greater number begins.</summary>
    public static bool IsFollowed(byte[] bytes, int at, int number, long seed)
    {
        for (var next = at; next <= bytes.Length - HeadBytes; next++)
        {
            if (HeadAt(bytes, next, seed) is var (_, found) && found > number) return true;
        }

        return false;
    }

    private static (int Length, int Number)? HeadAt(byte[] bytes, int at, long seed)
    {
        if (at > bytes.Length - HeadBytes) return null;
        var head = bytes.AsSpan(at, HeadBytes);
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length <= 0 || BinaryPrimitives.ReadUInt64LittleEndian(head[(2 * sizeof(int))..]) != XxHash3.HashToUInt64(head[..(2 * sizeof(int))], seed)) return null;
        return (length, BinaryPrimitives.ReadInt32LittleEndian(head[sizeof(int)..]));
    }

    private static ulong Sum(ReadOnlySpan<byte> record, int number, long seed) => XxHash3.HashToUInt64(record, unchecked(seed + number + 1));
}
