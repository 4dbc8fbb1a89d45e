namespace Detector.Checkpoints.Blobs;

/// <summary>One owner's hold on a container: it renews while it lives, and stops itself before another may take over.</summary>
internal sealed class BlobCheckpointLease : ICheckpointLease
{
    private readonly BlobConnection _store;
    private readonly OwnerBlob _ownerBlob;
    private readonly BlobHead _head;
    private readonly BlobParts _parts;
    private readonly TimeSpan _leaseTime;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _returned = new();
    private readonly SemaphoreSlim _headGate = new(1, 1);
    private readonly Task _renewing;
    private BlobOwner _owner;
    private long _renewed;
    private long _beat;
    private bool _isReturned;

    public BlobCheckpointLease(BlobConnection store, OwnerBlob ownerBlob, BlobOwner owner, long claimed, TimeSpan leaseTime, TimeProvider clock)
    {
        _store = store;
        _ownerBlob = ownerBlob;
        _owner = owner;
        _renewed = claimed;
        _leaseTime = leaseTime;
        _clock = clock;
        _head = new BlobHead(store, owner.Epoch);
        _parts = new BlobParts(store, owner.Epoch);
        Epoch = owner.Epoch;
        Lost = _lost.Token;
        _renewing = RenewAsync();
    }

    public long Epoch { get; }

    public CancellationToken Lost { get; }

    /// <summary>A process that was stopped for a while finds here that its last renewal is too long ago, before anything else tells it.</summary>
    public bool IsHeld => !_lost.IsCancellationRequested && _clock.GetElapsedTime(Volatile.Read(ref _renewed)) <= HeldTime;

    private TimeSpan HeldTime => _leaseTime * 2 / 3;

    /// <summary>Makes the head this owner's.</summary>
    public Task TakeOverAsync(CancellationToken cancellation) => InTurnAsync(() => _head.TakeOverAsync(cancellation), cancellation);

    public async Task<ReadOnlyMemory<byte>?> ReadHeadAsync(CancellationToken cancellation)
    {
        ReadOnlyMemory<byte>? head = null;
        await InTurnAsync(async () => head = await _head.ReadAsync(cancellation), cancellation);
        return head;
    }

    public Task WriteHeadAsync(ReadOnlyMemory<byte> head, CancellationToken cancellation)
    {
        if (head.IsEmpty) throw new ArgumentException("A head has at least one byte: an empty one stands for none.", nameof(head));
        return InTurnAsync(() => _head.WriteAsync(head, cancellation), cancellation);
    }

    public async Task<Stream> ReadPartAsync(string name, CancellationToken cancellation)
    {
        PartName.Check(name);
        Stream? part = null;
        await ToldAsync(async () => part = await _parts.ReadAsync(name, cancellation), cancellation);
        return part!;
    }

    public Task WritePartAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation)
    {
        PartName.Check(name);
        ArgumentNullException.ThrowIfNull(write);
        return ToldAsync(
            async () =>
            {
                await ConfirmOwnerAsync(cancellation);
                await _parts.WriteAsync(name, write, cancellation);
                await ConfirmOwnerAsync(cancellation);
            },
            cancellation);
    }

    public Task RemovePartsExceptAsync(IReadOnlySet<string> names, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(names);
        return ToldAsync(
            async () =>
            {
                await ConfirmOwnerAsync(cancellation);
                await _parts.RemoveExceptAsync(names, cancellation);
            },
            cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isReturned) return;
        _isReturned = true;
        await _returned.CancelAsync();
#pragma warning disable VSTHRD003 // The loop was begun by this object, waits for no context, and was just told to end.
        await _renewing;
#pragma warning restore VSTHRD003
        if (_lost.IsCancellationRequested) return;
        try
        {
            // Short tries: who waits for us would otherwise wait for our silence. The first may find that a renewal,
            // which was cut short just now, had been done.
            for (var tries = 0; tries < 2 && _owner is { IsFree: false }; tries++)
            {
                if (await _ownerBlob.RenewAsync(_owner, NextBeat() with { IsFree = true }, CancellationToken.None) is not { } found) return;
                _owner = found;
            }
        }
        catch (Exception cause) when (BlobFailure.Is(cause, CancellationToken.None) || cause is CheckpointDamagedException)
        {
            // It is free once we were silent for long enough.
        }
    }

    private async Task RenewAsync()
    {
        using var beat = new PeriodicTimer(_leaseTime / 4, _clock);
        while (!_lost.IsCancellationRequested && await TickAsync(beat))
        {
            var begun = _clock.GetTimestamp();
            using var limit = new CancellationTokenSource(_leaseTime / 4, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _returned.Token);
            try
            {
                var next = NextBeat();
                var found = await _ownerBlob.RenewAsync(_owner, next, either.Token);
                if (found is null)
                {
                    await _lost.CancelAsync();
                    return;
                }

                // One that an earlier try had done is as old as that try.
                if (found.Beat == next.Beat) Volatile.Write(ref _renewed, begun);
                _owner = found;
            }
            catch (Exception cause) when (BlobFailure.Is(cause, CancellationToken.None) || cause is CheckpointDamagedException)
            {
                // What counts is how long ago the last renewal was.
            }

            if (_clock.GetElapsedTime(_renewed) > HeldTime) await _lost.CancelAsync();
        }
    }

    private BlobOwner NextBeat() => _owner with { Beat = ++_beat };

    private async Task<bool> TickAsync(PeriodicTimer beat)
    {
        try
        {
            return await beat.WaitForNextTickAsync(_returned.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task ConfirmOwnerAsync(CancellationToken cancellation)
    {
        var found = await _ownerBlob.ReadAsync(cancellation);
        if (found is not null && found.Claim == _owner.Claim) return;
        throw new LeaseLostException(Epoch, found is null ? $"{_store.Name}owner was removed." : $"epoch {found.Epoch} owns {_store.Name} now.");
    }

    private async Task InTurnAsync(Func<Task> act, CancellationToken cancellation)
    {
        await _headGate.WaitAsync(cancellation);
        try
        {
            await ToldAsync(act, cancellation);
        }
        finally
        {
            _headGate.Release();
        }
    }

    private async Task ToldAsync(Func<Task> act, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_isReturned, this);
        if (_lost.IsCancellationRequested) throw new LeaseLostException(Epoch, "it was not renewed in time.");
        try
        {
            await act();
        }
        catch (LeaseLostException)
        {
            await _lost.CancelAsync();
            throw;
        }
        catch (Exception cause) when (BlobFailure.Is(cause, cancellation))
        {
            throw BlobFailure.Told(cause, _store.Name);
        }
    }
}
