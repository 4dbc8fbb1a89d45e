namespace Detector.Host.Tests.Run;

/// <summary>A Kafka client of others, that writes to partition 0 of a topic.</summary>
internal abstract class WireClient(string broker, string topic)
{
    /// <summary>How it can compress.</summary>
    public abstract IReadOnlyList<string> Codecs { get; }

    /// <summary>Where it connects to.</summary>
    protected string Broker => broker;

    /// <summary>What it writes to.</summary>
    protected string Topic => topic;

    /// <summary>Sends messages one after the other, and returns when the broker has them, compressed as they ask for.</summary>
    public abstract Task WriteAsync(IReadOnlyList<WireMessage> messages, CancellationToken cancellation);
}
