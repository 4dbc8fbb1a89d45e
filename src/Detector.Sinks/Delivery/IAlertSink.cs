namespace Detector.Sinks.Delivery;

/// <summary>
/// Sends alerts on. At least once: after a crash what was accepted just before may come again, under the same
/// <see cref="OutgoingAlert.Key"/>, so a sink whose service knows ids hands that on. A sink tries once and says what came of
/// it; patience, order, pace and dead letters are the business of <see cref="SinkLane"/>.
/// </summary>
public interface IAlertSink : IAsyncDisposable
{
    /// <summary>The name in the configuration, under which a checkpoint keeps what it has accepted.</summary>
    string Name { get; }

    /// <summary>The most alerts that one call takes.</summary>
    int BatchMax { get; }

    /// <summary>Sends alerts, in order. What the outcome calls accepted would survive a crash here.</summary>
    /// <exception cref="SinkRefusedException">The service will never take this batch as it is: smaller ones are tried, down to the alert that is refused.</exception>
    /// <exception cref="SinkBusyException">The service takes nothing for a while that it names.</exception>
    /// <exception cref="SinkGoneException">The service asks never to be called again.</exception>
    /// <remarks>Any other exception means that it is not known to be accepted, and is tried again.</remarks>
    Task<SendOutcome> SendAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation);
}
