namespace Detector.Host.Run.Checkpointing;

/// <summary>How changes of the head, with their pieces of the journal, come into a place for checkpoints.</summary>
internal interface IJournal
{
    /// <summary>Makes a change durable. When it throws it may be tried again with the same change; it then counts once.</summary>
    /// <param name="head">The head as it is.</param>
    /// <param name="change">What changes.</param>
    /// <param name="renewed">A new snapshot to begin with; null to leave the old one.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The head with the change, and how many bytes became complete parts of the journal.</returns>
    Task<(CheckpointHead Head, long Completed)> WriteAsync(CheckpointHead head, HeadChange change, BaseRenewal.Renewed? renewed, CancellationToken cancellation);
}
