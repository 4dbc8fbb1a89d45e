namespace Detector.Checkpoints;

/// <summary>Another worker owns the checkpoints now: this one must not write or send any more.</summary>
public sealed class LeaseLostException : Exception
{
    /// <summary>Without a reason.</summary>
    public LeaseLostException()
        : this("Another worker owns the checkpoints now.")
    {
    }

    /// <summary>With a reason, as a sentence.</summary>
    public LeaseLostException(string message)
        : base(message)
    {
    }

    /// <summary>With a reason and its cause.</summary>
    public LeaseLostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
