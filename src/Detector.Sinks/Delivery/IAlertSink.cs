namespace Detector.Sinks.Delivery;

/// <summary>
/// Sends alerts on. At least once: after a crash what was accepted just before may come again, under the same
/// <see cref="OutgoingAlert.Key"/>, so a sink whose service knows ids hands that on. Exceptions propagate: delivery retries.
/// </summary>
public interface IAlertSink : IAsyncDisposable
{
    /// <summary>The name in the configuration, under which a checkpoint keeps what it has accepted.</summary>
    string Name { get; }

    /// <summary>The most alerts that one call takes.</summary>
    int BatchMax { get; }

    /// <summary>Sends alerts, in order. When the call returns, all are accepted and would survive a crash.</summary>
    Task SendAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation);
}
