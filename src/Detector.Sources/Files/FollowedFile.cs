using System.Security.Cryptography;
using Detector.Sources.Live;

namespace Detector.Sources.Files;

/// <summary>
/// One file that is read as it grows. Lines are taken when their line end is there; a file of another form is taken as a whole
/// when it has stopped growing. By a hash of its head it is known to be the same file and not a new one of that name.
/// </summary>
internal sealed class FollowedFile(string path, string stream)
{
    private const int MarkBytesMax = 1024;

    private long _length = -1;
    private bool _isLines;
    private bool _isKnown;

    public string Path => path;

    /// <summary>The stream it belongs to: the path in the configuration.</summary>
    public string Stream => stream;

    /// <summary>Where to go on.</summary>
    public SourcePosition Position { get; private set; }

    /// <summary>Goes on where a checkpoint says, if it is still the same file.</summary>
    public void Resume(SourcePosition position)
    {
        if (File.Exists(path) && new FileInfo(path).Length >= position.Next && string.Equals(MarkOf(position.Next), position.Mark, StringComparison.Ordinal)) Position = position;
    }

    /// <summary>What can be read now; null when there is nothing new.</summary>
    /// <param name="isLast">Nothing more will be written: what looks unfinished is taken too.</param>
    public InputFile? Look(bool isLast)
    {
        var info = new FileInfo(path);
        if (!info.Exists || info.Length == 0) return null;
        var length = info.Length;
        if (!_isKnown) (_isLines, _isKnown) = (IsLines(), true);
        if (length < Position.Next)
        {
            // A new file of that name, or one that was written over.
            Position = default;
            _isLines = IsLines();
        }

        var isSettled = length == _length;
        _length = length;
        if (length == Position.Next) return null;
        if (!string.Equals(MarkOf(Position.Next), Position.Mark, StringComparison.Ordinal)) Position = default;
        if (!_isLines) return isSettled || isLast ? new InputFile(path, length) : null;
        var from = LineStart(Position.Next);
        var until = isLast ? length : EndOfLines(from, length);
        return until <= Position.Next ? null : new InputFile(path, until - from) { From = from, Until = until };
    }

    /// <summary>Everything before the record at <paramref name="offset"/> was taken. Says nothing of a file that is taken as a whole.</summary>
    public void MoveTo(long offset)
    {
        if (_isLines && offset > Position.Next) Position = At(offset);
    }

    /// <summary>Everything that a look has found was taken.</summary>
    public void Finish(InputFile taken) => Position = At(taken.Until ?? taken.Bytes);

    private SourcePosition At(long next) => new(next, next <= MarkBytesMax || Position.Next < MarkBytesMax ? MarkOf(next) : Position.Mark);

    private bool IsLines()
    {
        using var handle = Open();
        var head = new byte[InputStream.HeadBytesMax];
        var length = RandomAccess.Read(handle, head, 0);
        var mark = TextMark.Of(head.AsSpan(0, length));
        return head is not [0x1F, 0x8B, ..] && mark.Encoding is null && InputSniff.FormatOf(head.AsSpan(mark.MarkBytes, length - mark.MarkBytes), path) == InputFormat.Lines;
    }

    private string? MarkOf(long next)
    {
        if (next == 0) return null;
        using var handle = Open();
        var head = new byte[(int)Math.Min(MarkBytesMax, next)];
        var length = RandomAccess.Read(handle, head, 0);
        return Convert.ToHexStringLower(SHA256.HashData(head.AsSpan(0, length)).AsSpan(0, 8));
    }

    // A place within a line, such as that of a record in an envelope, belongs to the line's beginning.
    private long LineStart(long offset)
    {
        if (offset == 0) return 0;
        using var handle = Open();
        return LastLineEnd(handle, Math.Max(0, offset - FileSourceOptions.LineBytesMax), offset);
    }

    private long EndOfLines(long from, long length)
    {
        using var handle = Open();
        return LastLineEnd(handle, from, length);
    }

    private static long LastLineEnd(Microsoft.Win32.SafeHandles.SafeFileHandle handle, long from, long until)
    {
        var buffer = new byte[64 * 1024];
        while (until > from)
        {
            var begin = Math.Max(from, until - buffer.Length);
            var length = RandomAccess.Read(handle, buffer.AsSpan(0, (int)(until - begin)), begin);
            var at = buffer.AsSpan(0, length).LastIndexOf((byte)'\n');
            if (at >= 0) return begin + at + 1;
            until = begin;
        }

        return from;
    }

    private Microsoft.Win32.SafeHandles.SafeFileHandle Open() => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
