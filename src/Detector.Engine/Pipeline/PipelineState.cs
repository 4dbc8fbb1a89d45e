using Detector.Engine.Entra;
using Detector.Engine.Storms;
using Detector.Engine.Streams;
using Detector.Engine.Windows;

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
    WindowSet Windows,
    StormSet Storms,
    PipelineCounters Counters);
