namespace Detector.Engine.Pipeline;

/// <summary>Counts of one pipeline since it began or was restored.</summary>
public sealed class PipelineCounters
{
    /// <summary>Events taken.</summary>
    public long Events { get; set; }

    /// <summary>Events with an id that had been seen.</summary>
    public long Duplicates { get; set; }

    /// <summary>Events later than the allowed lateness: not detected on, but counted.</summary>
    public long Late { get; set; }

    /// <summary>Alerts, each once whatever its revisions.</summary>
    public long Alerts { get; set; }

    /// <summary>Revisions beyond the first of each alert.</summary>
    public long Revisions { get; set; }
}
