using Detector.Checkpoints;

namespace Detector.Host.Tests.Run.Checkpointing;

/// <summary>A lease whose writes fail now and then: before anything was written, or after all of it was.</summary>
internal sealed class FaultyLease(ICheckpointLease lease, Random random, bool hasLog) : ICheckpointLease, ICheckpointLog
{
    /// <summary>One in so many fails; 0 for none.</summary>
    public int OneIn { get; set; } = 4;

    public long Epoch => lease.Epoch;

    public bool IsHeld => lease.IsHeld;

    public CancellationToken Lost => lease.Lost;

    public ICheckpointLog? Log => hasLog ? this : null;

    public Task<ReadOnlyMemory<byte>?> ReadHeadAsync(CancellationToken cancellation) => lease.ReadHeadAsync(cancellation);

    public Task WriteHeadAsync(ReadOnlyMemory<byte> head, CancellationToken cancellation) => TryAsync(() => lease.WriteHeadAsync(head, cancellation));

    public Task<Stream> ReadPartAsync(string name, CancellationToken cancellation) => lease.ReadPartAsync(name, cancellation);

    public Task WritePartAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation) => TryAsync(() => lease.WritePartAsync(name, write, cancellation));

    public Task RemovePartsExceptAsync(IReadOnlySet<string> names, CancellationToken cancellation) => lease.RemovePartsExceptAsync(names, cancellation);

    public Task CreateAsync(string name, CancellationToken cancellation) => TryAsync(() => lease.Log!.CreateAsync(name, cancellation));

    public Task AppendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellation) => TryAsync(() => lease.Log!.AppendAsync(record, cancellation));

    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(string name, CancellationToken cancellation) => lease.Log!.ReadAsync(name, cancellation);

    public ValueTask DisposeAsync() => lease.DisposeAsync();

    private async Task TryAsync(Func<Task> write)
    {
        int fate;
        lock (random) fate = OneIn == 0 ? 2 : random.Next(2 * OneIn);
        if (fate == 0) throw new IOException("No space left on device");
        await write();
        if (fate == 1) throw new IOException("The answer got lost");
    }
}
