namespace Detector.Checkpoints;

/// <summary>What was stored is torn, changed, missing or of another format. It is refused rather than misread.</summary>
public sealed class CheckpointDamagedException : Exception
{
    /// <summary>Something stored cannot be used.</summary>
    /// <param name="place">The file or blob.</param>
    /// <param name="problem">What is wrong, as a sentence.</param>
    /// <param name="cause">The failure behind it.</param>
    public CheckpointDamagedException(string place, string problem, Exception? cause = null)
        : base($"{place}: {problem} Restore the checkpoint from a copy, or remove it to begin without state.", cause)
    {
        Place = place;
        Problem = problem;
    }

    /// <summary>The file or blob.</summary>
    public string Place { get; }

    /// <summary>What is wrong, as a sentence.</summary>
    public string Problem { get; }
}
