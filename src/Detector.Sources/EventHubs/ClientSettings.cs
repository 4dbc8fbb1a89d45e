using Azure.Core;
using Confluent.Kafka;

namespace Detector.Sources.EventHubs;

/// <summary>The settings of the Kafka client, as Event Hubs wants them; every other broker takes them too.</summary>
internal static class ClientSettings
{
    // Event Hubs closes idle connections after 4 minutes.
    private const int IdleMs = 180_000;

    public static ConsumerConfig Of(EventHubsSourceOptions options, string clientId)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = options.Brokers,
            ClientId = clientId,
            GroupId = options.ConsumerGroup,
            GroupProtocol = GroupProtocol.Classic,
            SocketKeepaliveEnable = true,
            SocketTimeoutMs = 60_000,
            MetadataMaxAgeMs = IdleMs,
            ConnectionsMaxIdleMs = IdleMs,
            SessionTimeoutMs = 30_000,
            HeartbeatIntervalMs = 3_000,
            MaxPollIntervalMs = 300_000,

            // Where to go on is in the checkpoint. What is stored after it only shows the lag to whoever looks at the service.
            EnableAutoOffsetStore = false,
            EnableAutoCommit = true,
            AutoCommitIntervalMs = 10_000,
            // Where the place to go on at is gone; the reader sees the gap and tells of it.
            AutoOffsetReset = AutoOffsetReset.Earliest,

            EnablePartitionEof = true,
            FetchWaitMaxMs = 100,
            FetchErrorBackoffMs = 200,
            FetchQueueBackoffMs = 20,
            QueuedMaxMessagesKbytes = options.AheadKilobytesMax,
            ReconnectBackoffMs = 100,
            ReconnectBackoffMaxMs = 5_000,
            AllowAutoCreateTopics = false,
        };
        config.Set("enable.metrics.push", "false");
        if (options.ConnectionString is { } connection)
        {
            config.SecurityProtocol = SecurityProtocol.SaslSsl;
            config.SaslMechanism = SaslMechanism.Plain;
            config.SaslUsername = "$ConnectionString";
            config.SaslPassword = connection;
        }
        else if (options.Credential is not null)
        {
            config.SecurityProtocol = SecurityProtocol.SaslSsl;
            config.SaslMechanism = SaslMechanism.OAuthBearer;
        }

        return config;
    }

    /// <summary>What a token for the namespace is asked for with.</summary>
    public static TokenRequestContext Scope(string brokers)
    {
        var first = brokers.Split(',', StringSplitOptions.TrimEntries)[0];
        return new TokenRequestContext([$"https://{first.Split(':')[0]}/.default"]);
    }

    /// <summary>Gets a token whenever the client asks for one.</summary>
    public static void Refresh(IClient client, TokenCredential credential, TokenRequestContext scope)
    {
        try
        {
            var token = credential.GetToken(scope, CancellationToken.None);
            client.OAuthBearerSetToken(token.Token, token.ExpiresOn.ToUnixTimeMilliseconds(), "detector");
        }
#pragma warning disable CA1031 // The client tells it as an error of its own, and asks again.
        catch (Exception cause)
#pragma warning restore CA1031
        {
            client.OAuthBearerSetTokenFailure(cause.Message);
        }
    }
}
