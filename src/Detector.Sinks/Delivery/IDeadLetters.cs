namespace Detector.Sinks.Delivery;

/// <summary>Takes what a sink will never take, so that somebody can look at it and send it again.</summary>
public interface IDeadLetters
{
    /// <summary>Keeps an alert; when it returns, the alert would survive a crash.</summary>
    /// <exception cref="IOException">It cannot be kept now.</exception>
    Task AddAsync(string sink, OutgoingAlert alert, string reason, CancellationToken cancellation);
}
