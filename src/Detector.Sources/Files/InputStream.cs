using System.IO.Compression;

namespace Detector.Sources.Files;

/// <summary>
/// Bytes from front to back: of a file, of a pipe, decompressed or turned into UTF-8 where needed. A damaged
/// compressed stream ends early and says so in <see cref="Damage"/>; only a failing disk throws.
/// </summary>
internal sealed class InputStream : IDisposable
{
    private readonly Stream _content;
    private readonly CountingStream _disk;
    private byte[] _head;
    private int _headAt;

    // Without it the library takes the end of a torn file for the end of the stream.
    static InputStream() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    private InputStream(CountingStream disk, Stream content, byte[] head, bool mayBlock)
    {
        _disk = disk;
        _content = content;
        _head = head;
        MayBlock = mayBlock;
    }

    /// <summary>Bytes to sniff at.</summary>
    public const int HeadBytesMax = 64 * 1024;

    /// <summary>Whether reading may wait for somebody to write.</summary>
    public bool MayBlock { get; }

    /// <summary>Where in the content reading begins: behind a byte order mark.</summary>
    public long Offset { get; private set; }

    /// <summary>Bytes taken from the disk so far.</summary>
    public long DiskPosition => _disk.Position;

    /// <summary>Why the content ended early, as a sentence; null while it has not.</summary>
    public string? Damage { get; private set; }

    /// <summary>The first bytes of the content, at most <see cref="HeadBytesMax"/>, without byte order mark.</summary>
    public ReadOnlySpan<byte> Head => _head.AsSpan(_headAt);

    /// <summary>Looks at the first bytes of a stream to see how it is packed, and unpacks.</summary>
    /// <param name="raw">The bytes of the disk; disposed with this.</param>
    /// <param name="mayBlock">Whether it is a pipe or terminal.</param>
    public static InputStream Open(Stream raw, bool mayBlock)
    {
        var disk = new CountingStream(raw);
        var (head, _) = ReadHead(disk, mayBlock);
        if (head is [0x1F, 0x8B, ..])
        {
            var unzipped = new GZipStream(new HeadStream(head, disk), CompressionMode.Decompress);
            return Unmark(disk, unzipped, mayBlock);
        }

        return Unmark(disk, disk, mayBlock, head);
    }

    /// <summary>The next bytes; 0 at the end.</summary>
    public int Read(Span<byte> into)
    {
        if (_headAt < _head.Length)
        {
            var count = Math.Min(into.Length, _head.Length - _headAt);
            _head.AsSpan(_headAt, count).CopyTo(into);
            _headAt += count;
            if (_headAt == _head.Length) (_head, _headAt) = ([], 0);
            return count;
        }

        if (Damage is not null) return 0;
        try
        {
            return _content.Read(into);
        }
        catch (InvalidDataException cause)
        {
            Damage = DamageOf(cause);
            return 0;
        }
    }

    /// <summary>The damage has been told.</summary>
    public void ForgetDamage() => Damage = null;

    public void Dispose()
    {
        _content.Dispose();
        _disk.Dispose();
    }

    private static InputStream Unmark(CountingStream disk, Stream content, bool mayBlock, byte[]? head = null)
    {
        string? damage = null;
        if (head is null) (head, damage) = ReadHead(content, mayBlock);
        if (TextMark.Of(head) is { Encoding: { } encoding } wide)
        {
            content = System.Text.Encoding.CreateTranscodingStream(new HeadStream(head[wide.MarkBytes..], content), encoding, System.Text.Encoding.UTF8);
            (head, var wideDamage) = ReadHead(content, mayBlock);
            return new InputStream(disk, content, head, mayBlock) { Damage = damage ?? wideDamage };
        }

        var marked = TextMark.Of(head).MarkBytes;
        return new InputStream(disk, content, head, mayBlock) { Offset = marked, _headAt = marked, Damage = damage };
    }

    // From a pipe the first line must do: waiting for 64 KB could be waiting for ever.
    private static (byte[] Head, string? Damage) ReadHead(Stream content, bool mayBlock)
    {
        var head = new byte[HeadBytesMax];
        var length = 0;
        string? damage = null;
        try
        {
            while (length < head.Length)
            {
                var got = content.Read(head, length, head.Length - length);
                if (got == 0) break;
                length += got;
                if (mayBlock && (head.AsSpan(0, length).Contains((byte)'\n') || head is [0x1F, 0x8B, ..])) break;
            }
        }
        catch (InvalidDataException cause)
        {
            damage = DamageOf(cause);
        }

        return (head[..length], damage);
    }

    private static string DamageOf(InvalidDataException cause) =>
        $"The compressed stream is damaged here or cut off; what stood before was read ({cause.Message.TrimEnd('.')}).";
}
