using System.Buffers.Binary;
using Azure.Storage.Blobs.Specialized;

namespace Detector.Checkpoints.Blobs;

/// <summary>Uploads what is written in blocks. The blob is there once <see cref="CommitAsync"/> has returned, and not before.</summary>
internal sealed class BlockStream(BlockBlobClient blob) : Stream
{
    private const int BlockBytes = 4 * 1024 * 1024;

    private readonly byte[] _block = GC.AllocateUninitializedArray<byte>(BlockBytes);
    private readonly List<string> _ids = [];
    private int _filled;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Makes a blob of the blocks.</summary>
    public async Task CommitAsync(CancellationToken cancellation)
    {
        if (_filled > 0) await blob.StageBlockAsync(NextId(), TakeBlock(), cancellationToken: cancellation);
        await blob.CommitBlockListAsync(_ids, cancellationToken: cancellation);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            buffer = buffer[Fill(buffer)..];
            if (_filled == BlockBytes) blob.StageBlock(NextId(), TakeBlock());
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            buffer = buffer[Fill(buffer.Span)..];
            if (_filled == BlockBytes) await blob.StageBlockAsync(NextId(), TakeBlock(), cancellationToken: cancellationToken);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private int Fill(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(bytes.Length, BlockBytes - _filled);
        bytes[..count].CopyTo(_block.AsSpan(_filled));
        _filled += count;
        return count;
    }

    private MemoryStream TakeBlock()
    {
        var block = new MemoryStream(_block, 0, _filled, writable: false);
        _filled = 0;
        return block;
    }

    private string NextId()
    {
        var number = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, _ids.Count);
        _ids.Add(Convert.ToBase64String(number));
        return _ids[^1];
    }
}
