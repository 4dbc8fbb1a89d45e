using System.Runtime.InteropServices;
using Detector.Engine.Logs;

namespace Detector.Engine.Pipeline;

/// <summary>
/// One thing that a live pipeline was told: an event with its partition and arrival, what time it is, or that a partition is
/// being read. The same entries in the same order give the same state and the same alerts.
/// </summary>
/// <param name="Matched">The event; its <see cref="MatchedEvent.Event"/> is null in the other entries.</param>
/// <param name="Partition">The partition; below 0 where time passed.</param>
/// <param name="At">When it arrived, or what time it is. UTC.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct JournalEntry(MatchedEvent Matched, int Partition, DateTime At)
{
    /// <summary>Time passed, and nothing else.</summary>
    public static JournalEntry Tick(DateTime now) => new(default, -1, now);

    /// <summary>Reading of a partition begins, or begins again.</summary>
    public static JournalEntry Expect(int partition, DateTime now) => new(default, partition, now);

    /// <summary>Tells the pipeline; returns whether that can have changed its state.</summary>
    public bool ApplyTo(DetectionPipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        if (Matched.Event is null && Partition < 0) return pipeline.Tick(At);
        if (Matched.Event is null) pipeline.Expect(Partition, At);
        else pipeline.Process(Matched, Partition, At);
        return true;
    }
}
