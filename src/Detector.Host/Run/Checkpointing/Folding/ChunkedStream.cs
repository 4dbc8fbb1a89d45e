using System.Buffers.Binary;

namespace Detector.Host.Run.Checkpointing.Folding;

/// <summary>A stream within a stream: chunks, each after its length, up to one of length 0, which whoever writes adds. Does not own the stream.</summary>
internal sealed class ChunkedStream(Stream inner) : Stream
{
    private int _left;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_ended || buffer.IsEmpty) return 0;
        Span<byte> length = stackalloc byte[sizeof(int)];
        if (_left == 0)
        {
            inner.ReadExactly(length);
            Begin(length);
            if (_ended) return 0;
        }

        return Took(inner.Read(buffer[..Math.Min(buffer.Length, _left)]));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended || buffer.IsEmpty) return 0;
        if (_left == 0)
        {
            var length = new byte[sizeof(int)];
            await inner.ReadExactlyAsync(length, cancellationToken);
            Begin(length);
            if (_ended) return 0;
        }

        return Took(await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken));
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.IsEmpty) return;
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, buffer.Length);
        inner.Write(length);
        inner.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Begin(ReadOnlySpan<byte> length)
    {
        _left = BinaryPrimitives.ReadInt32LittleEndian(length);
        if (_left < 0) throw new IOException("A chunk has no length.");
        _ended = _left == 0;
    }

    private int Took(int read)
    {
        if (read == 0) throw new EndOfStreamException();
        _left -= read;
        return read;
    }
}
