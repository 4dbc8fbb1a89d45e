namespace Detector.Checkpoints;

/// <summary>Another worker owns the state now. Whoever gets this stops: it may neither write nor send.</summary>
public sealed class LeaseLostException : Exception
{
    /// <summary>The lease of an epoch is lost.</summary>
    /// <param name="epoch">The epoch that no longer owns the store.</param>
    /// <param name="reason">How it is known, as a sentence.</param>
    /// <param name="cause">The failure behind it.</param>
    public LeaseLostException(long epoch, string reason, Exception? cause = null)
        : base($"The lease of epoch {epoch} is lost: {reason}", cause) => Epoch = epoch;

    /// <summary>The epoch that no longer owns the store.</summary>
    public long Epoch { get; }
}
