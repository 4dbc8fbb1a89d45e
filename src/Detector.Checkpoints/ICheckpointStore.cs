namespace Detector.Checkpoints;

/// <summary>Where a worker keeps its state. One worker owns it at a time; others stand by.</summary>
public interface ICheckpointStore
{
    /// <summary>
    /// Tries once to become the owner. To stand by, call it again every second or so: a store that has to see that
    /// the owner is silent sees it over several calls on the same instance.
    /// </summary>
    /// <param name="owner">A name for people: who owns the store, as others are told.</param>
    /// <param name="cancellation">Stops waiting for the store.</param>
    /// <returns>The lease, or null: another worker holds it.</returns>
    /// <exception cref="IOException">The store cannot be used; the message says why and what to do.</exception>
    Task<ICheckpointLease?> TryAcquireAsync(string owner, CancellationToken cancellation);
}
