namespace Detector.Sinks.Delivery;

/// <summary>Alerts that some sink does not have yet, kept where a night's worth has room, in the order of their numbers.</summary>
public interface IAlertBacklog
{
    /// <summary>The number of the last alert.</summary>
    long Last { get; }

    /// <summary>The next alerts after a number, some thousand at most; none only when there are none.</summary>
    /// <exception cref="IOException">They cannot be read now.</exception>
    /// <exception cref="InvalidDataException">What is there is not what was written.</exception>
    Task<IReadOnlyList<OutgoingAlert>> ReadAsync(long after, CancellationToken cancellation);
}
