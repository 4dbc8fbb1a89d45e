using Detector.Engine.Logs;

namespace Detector.Sources.Files;

/// <summary>
/// An input that can only be read from front to back: compressed, piped, or one whose records are not lines. Reading
/// and cutting go on one worker at a time; decoding on all. What is not a whole record yet is carried over to the
/// next block: at most a record and a block.
/// </summary>
internal sealed class CutBlocks(string name, InputStream input, Cutter cutter, int size) : BlockSource(name)
{
    // A window that is full must be more than the record that fills it.
    private const int WindowSlack = 4096;

    private byte[] _carry = [];
    private int _carried;
    private long _offset = input.Offset;
    private long _diskBytes;
    private bool _hasEnded;

    public override bool MayBlock => input.MayBlock;

    public override bool Fill(long index, Block block)
    {
        block.Clear();
        block.Offset = _offset;
        block.Grow(Math.Max(size, _carried + size));
        _carry.AsSpan(0, _carried).CopyTo(block.Buffer);
        block.Length = _carried;
        _carried = 0;

        while (true)
        {
            ReadMore(block);
            var isFull = block.Length > cutter.WindowBytesMax;
            var consumed = block.Length == 0 ? 0 : cutter.Cut(block, _hasEnded, isFull);
            if (consumed == 0 && !_hasEnded)
            {
                if (block.Length == block.Buffer.Length) block.Grow(Math.Min(block.Buffer.Length * 2, cutter.WindowBytesMax + Math.Max(size, WindowSlack)));
                continue;
            }

            Keep(block, consumed);
            if (_hasEnded && input.Damage is { } damage && _carried == 0)
            {
                block.Reject(Name, _offset, damage, default);
                input.ForgetDamage();
            }

            block.DiskBytes = input.DiskPosition - _diskBytes;
            _diskBytes = input.DiskPosition;
            return consumed > 0 || block.Rejects.Count > 0 || block.DiskBytes > 0;
        }
    }

    public override long Decode(Block block, RecordReader reader, EventBatch into) => cutter.Decode(block, reader, into);

    public override void Dispose()
    {
        input.Dispose();
        cutter.Dispose();
    }

    // A pipe gives what it has: it is handed on at once, so that a slow writer still gets its alerts.
    private void ReadMore(Block block)
    {
        while (!_hasEnded && block.Length < block.Buffer.Length)
        {
            var got = input.Read(block.Buffer.AsSpan(block.Length));
            if (got == 0) _hasEnded = true;
            block.Length += got;
            if (MayBlock) break;
        }
    }

    private void Keep(Block block, int consumed)
    {
        _carried = block.Length - consumed;
        if (_carry.Length < _carried) _carry = GC.AllocateUninitializedArray<byte>(Math.Max(_carried, Math.Min(2 * _carry.Length, cutter.WindowBytesMax)));
        block.Buffer.AsSpan(consumed, _carried).CopyTo(_carry);
        block.Length = consumed;
        _offset += consumed;
    }
}
