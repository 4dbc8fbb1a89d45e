using Detector.Checkpoints.Frames;

namespace Detector.Checkpoints.Files;

/// <summary>One owner's hold on a folder.</summary>
internal sealed class FileCheckpointLease : ICheckpointLease
{
    private const string HeadName = "head";

    // Beside 600 MB that were flushed at the end a record took up to 54 ms, with a flush each two megabytes 1 ms.
    private const long FlushBytes = 2 * 1024 * 1024;

    private readonly CheckpointFolder _folder;
    private readonly FileStream? _ownerLock;
    private readonly Func<FileStep, string, Task>? _atStep;
    private readonly CancellationTokenSource _lost = new();
    private readonly SemaphoreSlim _headGate = new(1, 1);
    private readonly ITimer _watch;
    private readonly FileCheckpointLog _log;
    private bool _isReturned;

    public FileCheckpointLease(CheckpointFolder folder, long epoch, FileStream? ownerLock, TimeSpan watchInterval, TimeProvider clock, Func<FileStep, string, Task>? atStep)
    {
        _folder = folder;
        _ownerLock = ownerLock;
        _atStep = atStep;
        Epoch = epoch;
        Lost = _lost.Token;
        _log = new FileCheckpointLog(folder, epoch, ConfirmOwner, AtAsync);
        _watch = clock.CreateTimer(static lease => ((FileCheckpointLease)lease!).Watch(), this, watchInterval, watchInterval);
    }

    public long Epoch { get; }

    public CancellationToken Lost { get; }

    /// <summary>The kernel keeps the lock as long as the process lives, be it stopped; the folder is asked, which costs nothing much.</summary>
    public bool IsHeld
    {
        get
        {
            try
            {
                ConfirmOwner();
                return true;
            }
            catch (Exception cause) when (cause is LeaseLostException or ObjectDisposedException or IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    public ICheckpointLog Log => _log;

    /// <summary>
    /// Makes the last owner's head this one's. Where there is none, an empty one takes the place, so that a head which
    /// an owner before writes from now on is never found.
    /// </summary>
    public async Task TakeOverAsync(CancellationToken cancellation)
    {
        if (!_folder.AdoptHead(Epoch)) await StoreHeadAsync(ReadOnlyMemory<byte>.Empty, cancellation);
        ConfirmOwner();
        _folder.Sweep(Epoch);
    }

    public async Task<ReadOnlyMemory<byte>?> ReadHeadAsync(CancellationToken cancellation)
    {
        ConfirmOwner();
        var path = _folder.HeadPath(Epoch);
        try
        {
            var head = await FrameReader.ReadAllAsync(OpenRead(path), path, HeadName, cancellation);
            return head.IsEmpty ? default(ReadOnlyMemory<byte>?) : head;
        }
        catch (FileNotFoundException cause)
        {
            ConfirmOwner(cause);
            throw new CheckpointDamagedException(path, "it was there and is gone.", cause);
        }
    }

    public Task WriteHeadAsync(ReadOnlyMemory<byte> head, CancellationToken cancellation)
    {
        if (head.IsEmpty) throw new ArgumentException("A head has at least one byte: an empty one stands for none.", nameof(head));
        return StoreHeadAsync(head, cancellation);
    }

    public async Task<Stream> ReadPartAsync(string name, CancellationToken cancellation)
    {
        PartName.Check(name);
        ConfirmOwner();
        var newest = _folder.Parts().Where(part => part.Name == name && part.Epoch <= Epoch).Select(part => part.Epoch).DefaultIfEmpty(0).Max();
        var path = _folder.PartPath(name, newest);
        if (newest == 0) throw new CheckpointDamagedException(Path.Combine(_folder.PartsPath, name), "there is no such part, and the head names it.");
        return await FrameReader.OpenAsync(OpenRead(path), path, name, cancellation);
    }

    public Task WritePartAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation)
    {
        PartName.Check(name);
        ArgumentNullException.ThrowIfNull(write);
        return WriteAsync(_folder.PartPath(name, Epoch), name, write, cancellation);
    }

    public Task RemovePartsExceptAsync(IReadOnlySet<string> names, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(names);
        return Task.Run(
            () =>
            {
                ConfirmOwner();
                var parts = _folder.Parts().Where(part => part.Epoch <= Epoch).ToList();
                var newest = parts.GroupBy(part => part.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Max(part => part.Epoch), StringComparer.Ordinal);
                foreach (var part in parts.Where(part => !names.Contains(part.Name) || part.Epoch < newest[part.Name])) DurableFile.TryDeleteGently(_folder.PartPath(part.Name, part.Epoch));
                _folder.SweepTemporary(Epoch);
            },
            cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _isReturned = true;
        await _watch.DisposeAsync();
        _log.Dispose();
        if (_ownerLock is not null) await _ownerLock.DisposeAsync();
    }

    // Whoever takes the folder over claims it first and takes the head then. So when nobody had claimed it after the head
    // was there, every later owner finds this head or a newer one.
    private async Task StoreHeadAsync(ReadOnlyMemory<byte> head, CancellationToken cancellation)
    {
        await _headGate.WaitAsync(cancellation);
        try
        {
            await WriteAsync(_folder.HeadPath(Epoch), HeadName, (stream, stop) => stream.WriteAsync(head, stop).AsTask(), cancellation);
        }
        finally
        {
            _headGate.Release();
        }
    }

    // Forced to the disk all at once, the hundreds of megabytes of a snapshot would hold up the log's next record for as long.
    private static Action<long> Steadily(FileStream file)
    {
        var flushed = 0L;
        return total =>
        {
            if (total - flushed < FlushBytes) return;
            DataFlush.Flush(file.SafeFileHandle);
            flushed = total;
        };
    }

    // Every file may be read while the next owner removes it.
    private static FileStream OpenRead(string path) =>
        new(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });

    private async Task WriteAsync(string path, string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation)
    {
        ConfirmOwner();
        try
        {
            await Task.Run(
                () => DurableFile.ReplaceAsync(path, CheckpointFolder.TemporaryOf(path), file => FrameWriter.WriteAsync(file, name, write, cancellation, Steadily(file)), step => AtAsync(step, path), cancellation),
                cancellation);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            ConfirmOwner(cause);
            if (cause is IOException) throw;
            throw new IOException($"{path} cannot be written: {cause.Message}", cause);
        }

        await AtAsync(FileStep.Confirm, path);
        ConfirmOwner();
    }

    private Task AtAsync(FileStep step, string path) => _atStep?.Invoke(step, path) ?? Task.CompletedTask;

    private void ConfirmOwner(Exception? cause = null)
    {
        ObjectDisposedException.ThrowIf(_isReturned, this);
        long owner;
        try
        {
            owner = _folder.Owner();
        }
        catch (DirectoryNotFoundException)
        {
            owner = 0;
        }

        if (owner == Epoch) return;
        var lost = new LeaseLostException(Epoch, owner == 0 ? $"the folder {_folder.Path} was emptied or removed." : $"epoch {owner} owns {_folder.Path} now.", cause);
        _lost.Cancel();
        throw lost;
    }

    private void Watch()
    {
        try
        {
            ConfirmOwner();
        }
        catch (Exception cause) when (cause is LeaseLostException or ObjectDisposedException or IOException or UnauthorizedAccessException)
        {
            // Whoever holds the lease is told by the token; a folder that cannot be listed now is asked again.
        }
    }
}
