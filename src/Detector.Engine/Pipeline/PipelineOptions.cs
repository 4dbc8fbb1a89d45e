namespace Detector.Engine.Pipeline;

/// <summary>How the pipeline takes time.</summary>
public sealed record PipelineOptions
{
    /// <summary>How long after its event time a record may arrive and still count; the tenant's when null.</summary>
    public TimeSpan? Lateness { get; init; }
}
