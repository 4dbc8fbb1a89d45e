namespace Detector.Sinks.Delivery;

/// <summary>What a lane needs beside its sink.</summary>
public sealed record LaneOptions
{
    /// <summary>Measures pauses.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Takes sentences on troubles for whoever runs this.</summary>
    public required Action<string> Tell { get; init; }

    /// <summary>Takes what the sink will never take.</summary>
    public required IDeadLetters DeadLetters { get; init; }

    /// <summary>Which alerts are meant for it; null for all.</summary>
    public Func<OutgoingAlert, bool>? Takes { get; init; }

    /// <summary>Has what waits and does not fit into memory; null to keep all of it there.</summary>
    public IAlertBacklog? Backlog { get; init; }

    /// <summary>How many messages it may get; null for as many as there are.</summary>
    public SinkPace? Pace { get; init; }

    /// <summary>When little is sent; null for never.</summary>
    public QuietHours? Quiet { get; init; }

    /// <summary>An answer that takes longer is a failure; null for a sink on this machine, which ends what it has begun.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Called with what is about to be sent for the first time; from any thread.</summary>
    public Action<IReadOnlyList<OutgoingAlert>> Calling { get; init; } = _ => { };

    /// <summary>Called when what the sink has accepted, or refused for ever, has changed; with what was accepted, which may be nothing. From any thread.</summary>
    public Action<IReadOnlyList<OutgoingAlert>> Accepted { get; init; } = _ => { };

    /// <summary>Asked right before something is sent: while it says no, alerts wait.</summary>
    public Func<bool>? MaySend { get; init; }

    /// <summary>Called each time that sending has failed, before it is tried again.</summary>
    public Action? Failed { get; init; }

    /// <summary>Called with how many alerts became dead letters.</summary>
    public Action<int>? Refused { get; init; }

    /// <summary>Gives the chance in pauses; null for any.</summary>
    public Random? Random { get; init; }
}
