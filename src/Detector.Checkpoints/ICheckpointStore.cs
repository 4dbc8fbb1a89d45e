namespace Detector.Checkpoints;

/// <summary>A place for checkpoints that one worker at a time may write.</summary>
public interface ICheckpointStore
{
    /// <summary>Takes the place for this worker; null while another worker holds it.</summary>
    Task<ICheckpointLease?> TryAcquireAsync(string owner, CancellationToken cancellation);
}

/// <summary>The right to read and write checkpoints, until it is disposed of or lost.</summary>
public interface ICheckpointLease : IAsyncDisposable
{
    /// <summary>Grows with each owner.</summary>
    long Epoch { get; }

    /// <summary>Cancelled when the lease is lost.</summary>
    CancellationToken Lost { get; }

    /// <summary>The head that was written last; null before the first.</summary>
    Task<ReadOnlyMemory<byte>?> ReadHeadAsync(CancellationToken cancellation);

    /// <summary>Replaces the head: whole or not at all.</summary>
    /// <exception cref="LeaseLostException">Another epoch owns the place.</exception>
    Task WriteHeadAsync(ReadOnlyMemory<byte> head, CancellationToken cancellation);

    /// <summary>Opens a part for reading.</summary>
    Task<Stream> ReadPartAsync(string name, CancellationToken cancellation);

    /// <summary>Writes a part; it is durable when the call returns.</summary>
    Task WritePartAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation);

    /// <summary>Removes every part that is not named.</summary>
    Task RemovePartsExceptAsync(IReadOnlySet<string> names, CancellationToken cancellation);
}
