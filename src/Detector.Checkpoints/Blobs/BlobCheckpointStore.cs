using System.Runtime.InteropServices;
using Azure;

namespace Detector.Checkpoints.Blobs;

/// <summary>
/// Checkpoints in a container of Azure Blob Storage. The owner says that it lives by writing a blob; whoever stands by
/// takes over once it has seen that blob unchanged for <see cref="BlobCheckpointOptions.LeaseTime"/> by its own clock,
/// so that no two clocks need agree. To see it, the same instance must be asked again and again.
/// </summary>
public sealed class BlobCheckpointStore : ICheckpointStore
{
    private readonly BlobCheckpointOptions _options;
    private readonly TimeProvider _clock;
    private readonly BlobConnection _store;
    private readonly OwnerBlob _owner;
    private Sighting? _seen;

    /// <summary>A store; nothing is asked yet.</summary>
    /// <exception cref="ArgumentException">The options make no sense together.</exception>
    public BlobCheckpointStore(BlobCheckpointOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems().ToList() is { Count: > 0 } problems) throw new ArgumentException(string.Join(' ', problems), nameof(options));
        _options = options;
        _clock = clock ?? TimeProvider.System;
        _store = new BlobConnection(options);
        _owner = new OwnerBlob(_store);
    }

    /// <summary>Takes over from an owner that is not silent, as if it were: for tests.</summary>
    internal bool TakesFromTheLiving { get; init; }

    /// <inheritdoc />
    public async Task<ICheckpointLease?> TryAcquireAsync(string owner, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(owner);
        BlobCheckpointLease? lease = null;
        try
        {
            var current = await _owner.ReadAsync(cancellation);
            if (current is not null && !MayTake(current)) return null;
            var last = current?.Epoch ?? Math.Max(await BlobHead.EpochAsync(_store, cancellation), await BlobParts.EpochAsync(_store, cancellation));
            var claimed = _clock.GetTimestamp();
            if (await _owner.ReplaceAsync(current, BlobOwner.After(last, owner), cancellation) is not { } mine) return null;

            lease = new BlobCheckpointLease(_store, _owner, mine, claimed, _options.LeaseTime, _clock);
            await lease.TakeOverAsync(cancellation);
            return lease;
        }
        catch (Exception cause)
        {
            if (lease is not null) await lease.DisposeAsync();
            if (cause is LeaseLostException) return null;
            if (BlobFailure.Is(cause, cancellation)) throw BlobFailure.Told(cause, _store.Name);
            throw;
        }
    }

    private bool MayTake(BlobOwner current)
    {
        if (current.IsFree || TakesFromTheLiving) return true;
        if (_seen is { } seen && seen.Tag == current.ETag) return _clock.GetElapsedTime(seen.At) >= _options.LeaseTime;
        _seen = new Sighting(current.ETag, _clock.GetTimestamp());
        return false;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Sighting(ETag Tag, long At);
}
