namespace Detector.Sinks.Delivery;

/// <summary>A service will never take what it was given: malformed, too large, or not allowed.</summary>
public sealed class SinkRefusedException(string message) : Exception(message);

/// <summary>A service takes nothing for a while.</summary>
/// <param name="message">Why, as a sentence without secrets.</param>
/// <param name="retryAfter">How long, where it says so.</param>
public sealed class SinkBusyException(string message, TimeSpan? retryAfter) : Exception(message)
{
    /// <summary>After so long it may be tried again; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>A receiver asks never to be called again (410 Gone).</summary>
public sealed class SinkGoneException(string message) : Exception(message);
