namespace Detector.Sources.Files;

/// <summary>Which files to follow.</summary>
public sealed record LiveFileOptions
{
    /// <summary>Files and folders; each is a stream of its own.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>End when everything that is there now has been taken.</summary>
    public bool Once { get; init; }

    /// <summary>How often to look whether something was written.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Threads that read while there is much to read.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;
}
