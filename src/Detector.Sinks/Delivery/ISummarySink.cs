namespace Detector.Sinks.Delivery;

/// <summary>A sink that can say in one message what many alerts would say in as many: for people, who read no ten thousand messages.</summary>
public interface ISummarySink : IAlertSink
{
    /// <summary>The most alerts that one summary takes.</summary>
    int SummaryMax { get; }

    /// <summary>Sends one message about all of them; when it returns all are accepted.</summary>
    /// <exception cref="SinkRefusedException">As in <see cref="IAlertSink.SendAsync"/>.</exception>
    Task<SendOutcome> SendSummaryAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation);
}
