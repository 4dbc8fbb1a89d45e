namespace Detector.Engine.Pipeline;

/// <summary>How the pipeline takes time.</summary>
public sealed record PipelineOptions
{
    /// <summary>How long after its event time a record may arrive and still count; the tenant's when null.</summary>
    public TimeSpan? Lateness { get; init; }

    /// <summary>How many alerts of one rule within an hour are a storm, whatever the rule and the tenant say; what they say when null.</summary>
    public int? StormAlerts { get; init; }
}
