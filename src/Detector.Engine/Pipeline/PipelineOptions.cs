namespace Detector.Engine.Pipeline;

/// <summary>How the pipeline takes time.</summary>
public sealed record PipelineOptions
{
    /// <summary>How long after its event time a record may arrive and still count; the tenant's when null.</summary>
    public TimeSpan? Lateness { get; init; }

    /// <summary>How many alerts of one rule within an hour are a storm, which is told of by an alert of its own.</summary>
    public int StormAlerts { get; init; } = Windows.WindowLimits.StormAlerts;
}
