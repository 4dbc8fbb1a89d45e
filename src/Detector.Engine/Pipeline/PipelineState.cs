using Detector.Engine.Entra;
using Detector.Engine.Streams;

namespace Detector.Engine.Pipeline;

/// <summary>The parts of a pipeline that a snapshot is made of.</summary>
internal sealed record PipelineState(
    DetectionPlan Plan,
    EventClock Clock,
    Deduplicator Ids,
    EventKinds Kinds,
    ActivationSessions Sessions,
    RuleUses Uses,
    EpisodeTable Episodes,
    PipelineCounters Counters);
