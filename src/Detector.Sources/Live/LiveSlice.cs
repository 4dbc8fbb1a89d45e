using Detector.Engine.Logs;

namespace Detector.Sources.Live;

/// <summary>
/// A piece of a stream, in order: what it gave, and where to go on behind it. One without records announces a stream: its
/// records can come from now on.
/// </summary>
public sealed class LiveSlice
{
    /// <summary>The stream that it is part of: whatever keeps its own order and may lag behind the others.</summary>
    public required string Stream { get; init; }

    /// <summary>What was read.</summary>
    public required EventBatch Batch { get; init; }

    /// <summary>When it arrived, UTC.</summary>
    public required DateTime Arrival { get; init; }

    /// <summary>Where to go on behind it: one place of a partition, or of each file concerned.</summary>
    public required IReadOnlyList<KeyValuePair<string, SourcePosition>> Positions { get; init; }

    /// <summary>Bytes that it stands for.</summary>
    public long Bytes { get; init; }
}
