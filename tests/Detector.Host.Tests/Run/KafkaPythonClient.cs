using System.Text.Json;

namespace Detector.Host.Tests.Run;

/// <summary>kafka-python: a client that has the protocol written anew, with batches and codecs of its own.</summary>
internal sealed class KafkaPythonClient(string python, string broker, string topic) : WireClient(broker, topic)
{
    private static readonly string s_script = Path.Combine(AppContext.BaseDirectory, "Run", "wire", "kafka_client.py");

    /// <summary>The others need packages that are not part of it.</summary>
    public override IReadOnlyList<string> Codecs { get; } = ["gzip"];

    public override Task WriteAsync(IReadOnlyList<WireMessage> messages, CancellationToken cancellation)
    {
        var list = messages.Select(message => new { value = message.Value, key = message.Key, headers = message.Headers.Select(header => (string[])[header.Name, header.Value]), codec = message.Codec });
        return WireTools.RunAsync(python, [s_script, "write", Broker, Topic], JsonSerializer.Serialize(list), cancellation);
    }

    /// <summary>The offset that a consumer group has committed, as the client prints it.</summary>
    public async Task<string> CommittedAsync(string group, CancellationToken cancellation) =>
        (await WireTools.RunAsync(python, [s_script, "committed", Broker, Topic, group], "", cancellation)).Out.Trim();
}
