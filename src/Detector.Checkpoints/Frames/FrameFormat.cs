using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Detector.Checkpoints.Frames;

/// <summary>
/// How content is stored so that damage is seen: a header that says what it is, then frames of bytes with a checksum
/// each, then an empty frame with the total. A frame that is missing, changed or in another's place, an end that is
/// torn off, and a file that was renamed are all found, before a byte of it is handed out.
/// </summary>
/// <remarks>
/// Header: 8 bytes of magic, of which the last is the version; length of the name (4), the name in UTF-8, checksum (8).
/// Frame: length (4), bytes, checksum (8) of length and bytes, seeded with the frame's number. The last has length 0
/// and 8 bytes: the total. Numbers are little-endian.
/// </remarks>
internal static class FrameFormat
{
    /// <summary>Bytes in a frame, at most.</summary>
    public const int FrameBytesMax = 256 * 1024;

    public const int LengthBytes = sizeof(int);
    public const int ChecksumBytes = sizeof(ulong);
    public const int TotalBytes = sizeof(long);
    public const int MagicBytes = 8;

    /// <summary>A name is a few words; a longer one is damage.</summary>
    public const int NameBytesMax = 1024;

    private const byte Version = 1;
    private static ReadOnlySpan<byte> Magic => "DETCKPT"u8;

    /// <summary>The header of content that goes by a name.</summary>
    public static byte[] Header(string name)
    {
        var text = Encoding.UTF8.GetBytes(name);
        var header = new byte[MagicBytes + LengthBytes + text.Length + ChecksumBytes];
        Magic.CopyTo(header);
        header[Magic.Length] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(MagicBytes), text.Length);
        text.CopyTo(header, MagicBytes + LengthBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(^ChecksumBytes..), XxHash3.HashToUInt64(header.AsSpan(0, header.Length - ChecksumBytes)));
        return header;
    }

    /// <summary>What is wrong with the first bytes of a header, or null.</summary>
    public static string? ProblemOf(ReadOnlySpan<byte> magic)
    {
        if (!magic.StartsWith(Magic)) return "it is no checkpoint: its first bytes are others.";
        return magic[Magic.Length] == Version ? null : $"it has format {magic[Magic.Length]}, and this program reads format {Version}.";
    }

    /// <summary>The checksum of a frame.</summary>
    public static ulong Checksum(ReadOnlySpan<byte> lengthAndBytes, long number) => XxHash3.HashToUInt64(lengthAndBytes, number + 1);
}
