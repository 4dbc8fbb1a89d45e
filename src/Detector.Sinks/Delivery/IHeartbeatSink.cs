namespace Detector.Sinks.Delivery;

/// <summary>A sink that can say that all is well: where a service may stop to deliver without a word, its silence has to mean something.</summary>
public interface IHeartbeatSink : IAlertSink
{
    /// <summary>Says it, once; may be called while alerts are being sent.</summary>
    /// <remarks>Throws as <see cref="IAlertSink.SendAsync"/> does when it was not accepted.</remarks>
    Task SendHeartbeatAsync(string title, IReadOnlyList<string> sentences, CancellationToken cancellation);
}
