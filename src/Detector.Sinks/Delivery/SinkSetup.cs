namespace Detector.Sinks.Delivery;

/// <summary>A sink as it was configured.</summary>
/// <param name="Sink">The sink.</param>
/// <param name="Route">Which alerts it gets.</param>
/// <param name="Pace">How many messages it may get; null for as many as there are.</param>
/// <param name="Deadline">An answer that takes longer is a failure; null for a sink on this machine.</param>
public sealed record SinkSetup(IAlertSink Sink, SinkRoute Route, SinkPace? Pace = null, TimeSpan? Deadline = null)
{
    /// <summary>When it holds alerts back; null for never.</summary>
    public QuietHours? Quiet { get; init; }

    /// <summary>How often it says that all is well; null for never.</summary>
    public TimeSpan? Heartbeat { get; init; }
}
