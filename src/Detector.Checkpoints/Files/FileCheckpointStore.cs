namespace Detector.Checkpoints.Files;

/// <summary>
/// Checkpoints in a folder of the local disk. The owner holds a lock that ends with its process, so that a worker
/// standing by takes over as soon as it asks.
/// </summary>
public sealed class FileCheckpointStore : ICheckpointStore
{
    private readonly FileCheckpointOptions _options;
    private readonly TimeProvider _clock;

    /// <summary>A store; nothing is touched yet.</summary>
    public FileCheckpointStore(FileCheckpointOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (string.IsNullOrEmpty(options.Path) || options.WatchInterval <= TimeSpan.Zero) throw new ArgumentException("A path and a time between looks are needed.", nameof(options));
        _options = options;
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>Told at each step of a write, with the file that is written.</summary>
    internal Func<FileStep, string, Task>? AtStep { get; init; }

    /// <summary>A folder of a network drive may have no locks: then the newest claim wins and the one before is lost.</summary>
    internal bool IsWithoutLock { get; init; }

    /// <inheritdoc />
    public Task<ICheckpointLease?> TryAcquireAsync(string owner, CancellationToken cancellation) => Task.Run(() => AcquireAsync(owner, cancellation), cancellation);

    private async Task<ICheckpointLease?> AcquireAsync(string owner, CancellationToken cancellation)
    {
        var folder = new CheckpointFolder(_options.Path);
        FileStream? ownerLock = null;
        FileCheckpointLease? lease = null;
        try
        {
            folder.Create();
            if (!IsWithoutLock && (ownerLock = OwnerLock.TryTake(folder.LockPath)) is null) return null;
            var epoch = folder.Claim(owner);
            lease = new FileCheckpointLease(folder, epoch, ownerLock, _options.WatchInterval, _clock, AtStep);
            await lease.TakeOverAsync(cancellation);
            return lease;
        }
        catch (Exception cause)
        {
            if (lease is not null) await lease.DisposeAsync();
            if (ownerLock is not null) await ownerLock.DisposeAsync();
            if (cause is LeaseLostException) return null;
            if (cause is UnauthorizedAccessException) throw new IOException($"The checkpoint folder {folder.Path} may not be used: {cause.Message} Give this user the right to write in it.", cause);
            if (cause is IOException) throw new IOException($"The checkpoint folder {folder.Path} cannot be used: {cause.Message.TrimEnd('.')}. It has to be on a disk that can be written to and has room.", cause);
            throw;
        }
    }
}
