using Azure.Core;

namespace Detector.Sources.EventHubs;

/// <summary>What to read from Event Hubs, or from any Kafka broker.</summary>
public sealed record EventHubsSourceOptions
{
    /// <summary>Addresses, <c>namespace.servicebus.windows.net:9093</c>; several with commas.</summary>
    public required string Brokers { get; init; }

    /// <summary>The hubs.</summary>
    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>Gives tokens; null where a connection string is used, or neither.</summary>
    public TokenCredential? Credential { get; init; }

    /// <summary>The connection string; null where a token is used, or neither.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Under this name the service shows how far reading is. Where to go on is the checkpoint's matter.</summary>
    public string ConsumerGroup { get; init; } = "detector";

    /// <summary>Consumers, each with its connection and its thread; partitions are dealt out among them.</summary>
    public int Readers { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Whether a partition that no checkpoint knows is read from its beginning, or from now on.</summary>
    public bool FromBeginning { get; init; } = true;

    /// <summary>End when everything that was there has been taken.</summary>
    public bool Once { get; init; }

    /// <summary>Bytes that the client library may hold of what was not taken yet, for each reader; then it stops asking.</summary>
    public int AheadKilobytesMax { get; init; } = 16 * 1024;
}
