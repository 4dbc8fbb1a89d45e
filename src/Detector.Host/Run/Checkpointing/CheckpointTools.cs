using Detector.Host.Run.Checkpointing.Folding;
using Detector.Host.Run.Telemetry;
using Detector.Sources.Live;

namespace Detector.Host.Run.Checkpointing;

/// <summary>What writing checkpoints needs beside the place for them.</summary>
/// <param name="Interval">How often they are written when nothing hurries.</param>
/// <param name="RenewFromBytes">A journal of fewer bytes is not folded into a new snapshot, however small the old one.</param>
/// <param name="Clock">Measures pauses.</param>
/// <param name="Tell">Takes sentences on troubles for whoever runs this.</param>
/// <param name="Saved">Called with the places that are in a checkpoint now.</param>
internal sealed record CheckpointTools(TimeSpan Interval, long RenewFromBytes, TimeProvider Clock, Action<string> Tell, Action<IReadOnlyDictionary<string, SourcePosition>> Saved)
{
    /// <summary>Folds the journal into a new snapshot.</summary>
    public required IFold Fold { get; init; }

    /// <summary>Keeps the alerts that some sink does not have.</summary>
    public required Outbox Outbox { get; init; }

    /// <summary>Counts and traces what is written; null where nothing does.</summary>
    public WorkerTelemetry? Telemetry { get; init; }
}
