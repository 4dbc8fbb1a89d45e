namespace Detector.Checkpoints;

/// <summary>
/// A part that grows: records are added to its end one at a time, each durable before the next begins. Cheaper than a new head
/// for what changes many times a second. Like any part it counts when a head names it, and goes with
/// <see cref="ICheckpointLease.RemovePartsExceptAsync"/>.
/// </summary>
/// <remarks>Throws as <see cref="ICheckpointLease"/> does. Not for several callers at once.</remarks>
public interface ICheckpointLog
{
    /// <summary>Begins a log with no records and adds to this one from now on. When this returns it is there, whatever happens.</summary>
    /// <param name="name">As of a part; one that no head has named before.</param>
    /// <param name="cancellation">Stops it; nothing may be added then.</param>
    Task CreateAsync(string name, CancellationToken cancellation);

    /// <summary>
    /// Adds a record to the log that was begun last. When this returns it is durable, and the lease was held. When it throws, the
    /// record may be there or not, and another log must be begun.
    /// </summary>
    /// <exception cref="InvalidOperationException">No log was begun, or adding to it has failed before.</exception>
    Task AppendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellation);

    /// <summary>The records of a log, of whichever owner, in order. One that a crash cut off is left out: it must be the last.</summary>
    /// <exception cref="CheckpointDamagedException">There is no such log, or it is not what was written.</exception>
    Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(string name, CancellationToken cancellation);
}
