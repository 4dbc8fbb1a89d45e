namespace Detector.Checkpoints;

/// <summary>
/// The right to read and write the state. A checkpoint is a head, small and swapped as a whole, and parts that it
/// names. Write the parts, then the head, then remove the parts that no head names; under a name that the head holds,
/// never write again. Whatever a lease that was lost still writes is seen by nobody.
/// </summary>
/// <remarks>
/// Any method may throw <see cref="LeaseLostException"/>, which is final, and <see cref="IOException"/> for what may
/// pass (disk full, a service that does not answer): the head is then as it was, or, where an answer got lost, the
/// one that was being written, whole. Trying again is safe.
/// </remarks>
public interface ICheckpointLease : IAsyncDisposable
{
    /// <summary>Grows with each owner.</summary>
    long Epoch { get; }

    /// <summary>Cancelled when the lease is lost. Giving it back does not cancel it.</summary>
    CancellationToken Lost { get; }

    /// <summary>
    /// Whether no other can have taken over by now, as far as it is known without asking: to be looked at before anything leaves for
    /// outside. False may pass; <see cref="Lost"/> is final.
    /// </summary>
    bool IsHeld { get; }

    /// <summary>The head that was written last, by whichever owner; null when there is none yet.</summary>
    /// <exception cref="CheckpointDamagedException">It is not what was written.</exception>
    Task<ReadOnlyMemory<byte>?> ReadHeadAsync(CancellationToken cancellation);

    /// <summary>Replaces the head: afterwards, and after a crash at any moment, it is the old or the new one, whole.</summary>
    /// <exception cref="LeaseLostException">Another epoch owns the store.</exception>
    Task WriteHeadAsync(ReadOnlyMemory<byte> head, CancellationToken cancellation);

    /// <summary>Opens a part. Reading it throws <see cref="CheckpointDamagedException"/> where it is not what was written.</summary>
    /// <exception cref="CheckpointDamagedException">There is no such part.</exception>
    Task<Stream> ReadPartAsync(string name, CancellationToken cancellation);

    /// <summary>Writes a part; when this returns it is durable. When <paramref name="write"/> throws there is none.</summary>
    /// <param name="name">1 to 100 of <c>a-z A-Z 0-9 . _ -</c>, the first a letter or digit.</param>
    /// <param name="write">Writes the content; the stream takes nothing after it has returned.</param>
    /// <param name="cancellation">Stops it; there is then no such part.</param>
    Task WritePartAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation);

    /// <summary>Parts that grow; null where the store has nothing cheaper for that than a head.</summary>
    ICheckpointLog? Log => null;

    /// <summary>Removes all other parts.</summary>
    Task RemovePartsExceptAsync(IReadOnlySet<string> names, CancellationToken cancellation);
}
