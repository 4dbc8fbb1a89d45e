using System.Buffers.Binary;

namespace Detector.Checkpoints.Frames;

/// <summary>Writes content as frames. Only <see cref="CompleteAsync"/> makes it whole: what was torn before is seen as torn.</summary>
internal sealed class FrameWriter(Stream output, Action<long>? handedOn = null) : Stream
{
    private readonly byte[] _frame = GC.AllocateUninitializedArray<byte>(FrameFormat.LengthBytes + FrameFormat.FrameBytesMax + FrameFormat.ChecksumBytes);
    private int _filled;
    private long _number;
    private long _total;
    private bool _isClosed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => !_isClosed;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _total + _filled; set => throw new NotSupportedException(); }

    /// <summary>Writes content and its frames.</summary>
    /// <param name="output">Takes them.</param>
    /// <param name="name">What it goes by.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="handedOn">Told after each full frame how many bytes of the content went before; null for nobody.</param>
    public static async Task WriteAsync(Stream output, string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation, Action<long>? handedOn = null)
    {
        await output.WriteAsync(FrameFormat.Header(name), cancellation);
        await using var frames = new FrameWriter(output, handedOn);
        await write(frames, cancellation);
        await frames.CompleteAsync(cancellation);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        while (!buffer.IsEmpty)
        {
            buffer = buffer[Take(buffer)..];
            if (_filled < FrameFormat.FrameBytesMax) continue;
            output.Write(Seal());
            handedOn?.Invoke(_total);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        while (!buffer.IsEmpty)
        {
            buffer = buffer[Take(buffer.Span)..];
            if (_filled < FrameFormat.FrameBytesMax) continue;
            await output.WriteAsync(SealMemory(), cancellationToken);
            handedOn?.Invoke(_total);
        }
    }

    // Frames are handed on when they are full.
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _isClosed = true;
        base.Dispose(disposing);
    }

    private async Task CompleteAsync(CancellationToken cancellation)
    {
        if (_filled > 0) await output.WriteAsync(SealMemory(), cancellation);
        _isClosed = true;
        BinaryPrimitives.WriteInt32LittleEndian(_frame, 0);
        BinaryPrimitives.WriteInt64LittleEndian(_frame.AsSpan(FrameFormat.LengthBytes), _total);
        await output.WriteAsync(_frame.AsMemory(0, Sum(FrameFormat.LengthBytes + FrameFormat.TotalBytes)), cancellation);
    }

    private int Take(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(bytes.Length, FrameFormat.FrameBytesMax - _filled);
        bytes[..count].CopyTo(_frame.AsSpan(FrameFormat.LengthBytes + _filled));
        _filled += count;
        return count;
    }

    private ReadOnlySpan<byte> Seal() => SealMemory().Span;

    private ReadOnlyMemory<byte> SealMemory()
    {
        BinaryPrimitives.WriteInt32LittleEndian(_frame, _filled);
        var length = Sum(FrameFormat.LengthBytes + _filled);
        _total += _filled;
        _filled = 0;
        return _frame.AsMemory(0, length);
    }

    private int Sum(int length)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_frame.AsSpan(length), FrameFormat.Checksum(_frame.AsSpan(0, length), _number++));
        return length + FrameFormat.ChecksumBytes;
    }
}
