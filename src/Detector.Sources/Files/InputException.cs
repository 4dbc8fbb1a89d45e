namespace Detector.Sources.Files;

/// <summary>An input that cannot be read at all: says what, where, and what to do about it.</summary>
public sealed class InputException : Exception
{
    /// <summary>An input that cannot be read.</summary>
    /// <param name="source">The path as the user gave it.</param>
    /// <param name="problem">What is wrong, as a sentence.</param>
    /// <param name="remedy">What to do about it, as a sentence.</param>
    /// <param name="cause">The failure behind it.</param>
    public InputException(string source, string problem, string remedy, Exception? cause = null)
        : base($"{source}: {problem} {remedy}", cause)
    {
        Input = source;
        Problem = problem;
        Remedy = remedy;
    }

    /// <summary>The path as the user gave it.</summary>
    public string Input { get; }

    /// <summary>What is wrong, as a sentence.</summary>
    public string Problem { get; }

    /// <summary>What to do about it, as a sentence.</summary>
    public string Remedy { get; }
}
