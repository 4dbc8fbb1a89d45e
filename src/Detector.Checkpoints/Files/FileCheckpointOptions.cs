namespace Detector.Checkpoints.Files;

/// <summary>Where checkpoints are kept on disk.</summary>
public sealed record FileCheckpointOptions
{
    /// <summary>The folder; it is made when it is not there. Nothing else may be in it.</summary>
    public required string Path { get; init; }

    /// <summary>How often the owner looks whether it still is.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromSeconds(1);
}
