using Detector.Engine.Logs;

namespace Detector.Sources.Files;

/// <summary>Lines from a stream: whatever ends with a line end is whole.</summary>
internal sealed class LineCutter(string source) : Cutter(source)
{
    private bool _isInsideTooLong;

    public override int WindowBytesMax => FileSourceOptions.LineBytesMax;

    public override int Cut(Block block, bool isFinal, bool isFull)
    {
        var bytes = block.Bytes;
        if (_isInsideTooLong) return SkipToLineEnd(block);
        if (isFull && IsTooLong(bytes))
        {
            block.Reject(Source, block.Offset, TooLong, bytes);
            return SkipToLineEnd(block);
        }

        return isFinal ? bytes.Length : bytes.LastIndexOf((byte)'\n') + 1;
    }

    public override long Decode(Block block, RecordReader reader, EventBatch into) =>
        block.Ranges.Count == 0 ? reader.ReadLines(block.Bytes, block.Offset, into) : block.Bytes.Count((byte)'\n');

    /// <summary>Why a line is rejected as a whole.</summary>
    public static string TooLong { get; } = $"The line is longer than {FileSourceOptions.LineBytesMax} bytes.";

    // Only the first line can be: the bytes are at most a block more than the limit.
    private static bool IsTooLong(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        return (end < 0 ? bytes.Length : end) > FileSourceOptions.LineBytesMax;
    }

    // An empty range marks bytes that were consumed but are no lines.
    private int SkipToLineEnd(Block block)
    {
        var end = block.Bytes.IndexOf((byte)'\n') + 1;
        _isInsideTooLong = end == 0;
        block.Ranges.Add(default);
        return end == 0 ? block.Length : end;
    }
}
