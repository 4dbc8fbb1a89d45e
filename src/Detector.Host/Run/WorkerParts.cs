using Detector.Checkpoints;
using Detector.Engine.Pipeline;
using Detector.Host.Run.Settings;
using Detector.Host.Run.Telemetry;
using Detector.Sinks.Delivery;
using Detector.Sources;
using Detector.Sources.Live;

namespace Detector.Host.Run;

/// <summary>What a worker is made of.</summary>
internal sealed record WorkerParts
{
    public required RunSettings Settings { get; init; }

    /// <summary>Where checkpoints are kept.</summary>
    public required ICheckpointStore Store { get; init; }

    /// <summary>Opens the source at the places of a checkpoint.</summary>
    public required Func<DetectionPlan, IReadOnlyDictionary<string, SourcePosition>, ILiveSource> Source { get; init; }

    /// <summary>Opens the past, from a time on and up to another (UTC); null when there is no warm-up.</summary>
    public Func<DetectionPlan, DateTime, DateTime, ILogSource>? Past { get; init; }

    /// <summary>Makes the sinks, afresh for each session.</summary>
    public required Func<DetectionPlan, IReadOnlyList<SinkSetup>> Sinks { get; init; }

    /// <summary>Takes what a sink will never take.</summary>
    public required IDeadLetters DeadLetters { get; init; }

    /// <summary>Takes sentences on troubles for whoever runs this.</summary>
    public required Action<string> Tell { get; init; }

    /// <summary>Take what is there, and stop.</summary>
    public bool Once { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>What is counted and traced for those outside.</summary>
    public WorkerTelemetry Telemetry { get; } = new();

    public WorkerCounters Counters { get; } = new();
}
