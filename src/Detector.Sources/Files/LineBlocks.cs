using Detector.Engine.Logs;
using Microsoft.Win32.SafeHandles;

namespace Detector.Sources.Files;

/// <summary>
/// A plain file of lines. Block i has the lines that <em>begin</em> in bytes [i*size, (i+1)*size), so that every block
/// can be read on its own: where a line that began earlier runs on, the block starts behind it; its own last line it
/// reads to the end. A line that is too long for a record is rejected by its head; the blocks it runs through find no
/// beginning of a line in them, so it is never in memory as a whole.
/// </summary>
internal sealed class LineBlocks : BlockSource
{
    /// <summary>Read beyond the block in the same call: most last lines end within.</summary>
    private const int Beyond = 8 * 1024;

    private readonly SafeFileHandle _handle;
    private readonly long _begin;
    private readonly long _end;
    private readonly int _size;
    private readonly long _first;

    /// <param name="name">The path.</param>
    /// <param name="handle">Open for random access; disposed with this.</param>
    /// <param name="begin">Bytes to leave out at the head: a byte order mark.</param>
    /// <param name="end">Length of the file when it was opened. What is appended later is not read.</param>
    /// <param name="size">Bytes of a block.</param>
    public LineBlocks(string name, SafeFileHandle handle, long begin, long end, int size)
        : base(name)
    {
        _handle = handle;
        _begin = begin;
        _end = Math.Max(begin, end);
        _size = size;
        _first = begin / size;
    }

    public override bool IsParallel => true;

    public override long Count => (_end + _size - 1) / _size - _first;

    public override bool Fill(long index, Block block)
    {
        block.Clear();
        index += _first;
        var from = Math.Max(_begin, index * _size);
        var until = Math.Min(_end, (index + 1) * _size);
        block.DiskBytes = until - index * _size;
        block.Offset = from;
        if (from >= until) return true;

        // One byte before the block tells whether a line begins at its first byte.
        var before = from > _begin ? 1 : 0;
        var ownLength = (int)(until - from) + before;
        block.Grow(ownLength + Beyond);
        var length = Read(block, 0, Math.Min(ownLength + Beyond, _end - from + before), from - before);
        ownLength = Math.Min(ownLength, length);

        var start = 0;
        if (before == 1)
        {
            var lineEnd = block.Buffer.AsSpan(0, Math.Max(0, ownLength - 1)).IndexOf((byte)'\n');
            if (lineEnd < 0) return true;
            start = lineEnd + 1;
        }

        block.Start = start;
        block.Offset = from - before + start;
        var stop = FindEnd(block, ownLength, ref length, from - before);
        block.Length = stop - start;
        return true;
    }

    // The line end of a line that was too long belongs to no block; here it is counted.
    public override long Decode(Block block, RecordReader reader, EventBatch into) => reader.ReadLines(block.Bytes, block.Offset, into) + block.Rejects.Count;

    public override void Dispose() => _handle.Dispose();

    // The end of the line that holds byte `ownLength - 1`: reads on as far as needed and allowed.
    private int FindEnd(Block block, int ownLength, ref int length, long position)
    {
        var searched = Math.Max(0, ownLength - 1);
        while (true)
        {
            var lineEnd = block.Buffer.AsSpan(searched, length - searched).IndexOf((byte)'\n');
            searched = lineEnd < 0 ? length : searched + lineEnd;
            if (searched <= ownLength + Beyond && lineEnd >= 0) return searched + 1;

            var lastLine = Math.Max(block.Start, block.Buffer.AsSpan(0, Math.Max(0, ownLength - 1)).LastIndexOf((byte)'\n') + 1);
            if (searched - lastLine > FileSourceOptions.LineBytesMax)
            {
                block.Reject(Name, position + lastLine, LineCutter.TooLong, block.Buffer.AsSpan(lastLine, searched - lastLine));
                return lastLine;
            }

            if (lineEnd >= 0) return searched + 1;
            if (position + length >= _end) return length;

            var more = (int)Math.Min(_end - position - length, Math.Max(Beyond, length - lastLine));
            block.Grow(length + more);
            var got = Read(block, length, more, position + length);
            if (got == 0) return length;
            length += got;
        }
    }

    // Fewer bytes than asked for come only when the file has been cut short meanwhile.
    private int Read(Block block, int at, long count, long position)
    {
        var total = 0;
        while (total < count)
        {
            var got = RandomAccess.Read(_handle, block.Buffer.AsSpan(at + total, (int)count - total), position + total);
            if (got == 0) break;
            total += got;
        }

        return total;
    }
}
