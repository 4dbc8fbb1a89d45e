using System.Buffers.Binary;

namespace Detector.Checkpoints.Frames;

/// <summary>Reads what <see cref="FrameWriter"/> wrote. No byte is handed out before its checksum was right. Owns the input.</summary>
internal sealed class FrameReader : Stream
{
    private readonly Stream _input;
    private readonly string _place;
    private readonly byte[] _frame = GC.AllocateUninitializedArray<byte>(FrameFormat.LengthBytes + FrameFormat.FrameBytesMax + FrameFormat.ChecksumBytes);
    private int _start;
    private int _end;
    private long _number;
    private long _total;
    private bool _hasEnded;

    private FrameReader(Stream input, string place)
    {
        _input = input;
        _place = place;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _total - (_end - _start); set => throw new NotSupportedException(); }

    /// <summary>Reads and checks the header. The input is closed when that fails.</summary>
    /// <exception cref="CheckpointDamagedException">It is of another format or another thing.</exception>
    public static async Task<FrameReader> OpenAsync(Stream input, string place, string name, CancellationToken cancellation)
    {
        var reader = new FrameReader(input, place);
        try
        {
            await reader.ReadHeaderAsync(name, cancellation);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    /// <summary>Everything, once it was seen to be whole.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadAllAsync(Stream input, string place, string name, CancellationToken cancellation)
    {
        await using var reader = await OpenAsync(input, place, name, cancellation);
        using var all = new MemoryStream();
        await reader.CopyToAsync(all, cancellation);
        return all.GetBuffer().AsMemory(0, (int)all.Length);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || (_start == _end && !NextFrame())) return 0;
        return Hand(buffer);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || (_start == _end && !await NextFrameAsync(cancellationToken))) return 0;
        return Hand(buffer.Span);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _input.Dispose();
        base.Dispose(disposing);
    }

    private async Task ReadHeaderAsync(string name, CancellationToken cancellation)
    {
        var expected = FrameFormat.Header(name);
        Whole(await _input.ReadAtLeastAsync(_frame.AsMemory(0, FrameFormat.MagicBytes), FrameFormat.MagicBytes, throwOnEndOfStream: false, cancellation), FrameFormat.MagicBytes);
        if (FrameFormat.ProblemOf(_frame.AsSpan(0, FrameFormat.MagicBytes)) is { } problem) throw new CheckpointDamagedException(_place, problem);

        var rest = expected.Length - FrameFormat.MagicBytes;
        Whole(await _input.ReadAtLeastAsync(_frame.AsMemory(FrameFormat.MagicBytes, rest), rest, throwOnEndOfStream: false, cancellation), rest);
        if (!_frame.AsSpan(0, expected.Length).SequenceEqual(expected)) throw new CheckpointDamagedException(_place, $"its header is not that of '{name}'.");
    }

    private int Hand(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _end - _start);
        _frame.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    private bool NextFrame()
    {
        if (_hasEnded) return false;
        Whole(_input.ReadAtLeast(_frame.AsSpan(0, FrameFormat.LengthBytes), FrameFormat.LengthBytes, throwOnEndOfStream: false), FrameFormat.LengthBytes);
        var rest = RestOfFrame();
        Whole(_input.ReadAtLeast(_frame.AsSpan(FrameFormat.LengthBytes, rest), rest, throwOnEndOfStream: false), rest);
        return Accept(rest) || NothingFollows(_input.ReadByte() < 0);
    }

    private async ValueTask<bool> NextFrameAsync(CancellationToken cancellation)
    {
        if (_hasEnded) return false;
        Whole(await _input.ReadAtLeastAsync(_frame.AsMemory(0, FrameFormat.LengthBytes), FrameFormat.LengthBytes, throwOnEndOfStream: false, cancellation), FrameFormat.LengthBytes);
        var rest = RestOfFrame();
        Whole(await _input.ReadAtLeastAsync(_frame.AsMemory(FrameFormat.LengthBytes, rest), rest, throwOnEndOfStream: false, cancellation), rest);
        return Accept(rest) || NothingFollows(await _input.ReadAsync(_frame.AsMemory(0, 1), cancellation) == 0);
    }

    // What stands behind the length: the bytes, or in the last frame the total, and the checksum.
    private int RestOfFrame()
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(_frame);
        if (length is < 0 or > FrameFormat.FrameBytesMax) throw new CheckpointDamagedException(_place, $"frame {_number} is damaged.");
        return (length == 0 ? FrameFormat.TotalBytes : length) + FrameFormat.ChecksumBytes;
    }

    private bool Accept(int rest)
    {
        var length = FrameFormat.LengthBytes + rest - FrameFormat.ChecksumBytes;
        if (BinaryPrimitives.ReadUInt64LittleEndian(_frame.AsSpan(length)) != FrameFormat.Checksum(_frame.AsSpan(0, length), _number))
            throw new CheckpointDamagedException(_place, $"frame {_number} is damaged.");

        _number++;
        if (BinaryPrimitives.ReadInt32LittleEndian(_frame) == 0)
        {
            _hasEnded = true;
            var total = BinaryPrimitives.ReadInt64LittleEndian(_frame.AsSpan(FrameFormat.LengthBytes));
            return total == _total ? false : throw new CheckpointDamagedException(_place, $"it holds {_total} bytes of {total}.");
        }

        (_start, _end) = (FrameFormat.LengthBytes, length);
        _total += _end - _start;
        return true;
    }

    private bool NothingFollows(bool isEnd) => isEnd ? false : throw new CheckpointDamagedException(_place, "bytes follow its end.");

    private void Whole(int got, int wanted)
    {
        if (got < wanted) throw new CheckpointDamagedException(_place, $"it ends within {(_number == 0 && _total == 0 ? "its header or first frame" : $"frame {_number}")}: it is torn.");
    }
}
