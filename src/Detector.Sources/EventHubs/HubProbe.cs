using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Azure.Core;
using Confluent.Kafka;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Sources.Files;

namespace Detector.Sources.EventHubs;

/// <summary>
/// Looks whether hubs can be read, step by step, for whoever sets them up: it joins no group, stores no offset, and takes
/// nothing from the worker. Each step fails with <see cref="InputException"/>, which says what to do.
/// </summary>
public sealed class HubProbe : IDisposable
{
    private const int KafkaPort = 9093;

    private readonly EventHubsSourceOptions _options;
    private readonly MessageReader _messages;
    private readonly IConsumer<Ignore, MessageReader> _consumer;
    private string? _trouble;

    /// <summary>A probe; nothing is asked yet.</summary>
    public HubProbe(DetectionPlan plan, EventHubsSourceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _messages = new MessageReader(plan);
        var builder = new ConsumerBuilder<Ignore, MessageReader>(ClientSettings.Of(options, $"detector-probe-{Environment.MachineName}-{Environment.ProcessId}"))
            .SetValueDeserializer(_messages)
            .SetErrorHandler((_, error) => _trouble = error.Reason)
            .SetLogHandler((_, _) => { });
        if (options.Credential is { } credential)
        {
            var scope = TokenScope;
            builder.SetOAuthBearerTokenRefreshHandler((client, _) => ClientSettings.Refresh(client, credential, scope));
        }

        _consumer = builder.Build();
    }

    /// <summary>What a token for the namespace is asked for with.</summary>
    public TokenRequestContext TokenScope => ClientSettings.Scope(_options.Brokers);

    /// <summary>Whether the connection is encrypted; only a broker that wants neither token nor connection string is spoken to in the clear.</summary>
    public bool IsEncrypted => _options.Credential is not null || _options.ConnectionString is not null;

    /// <summary>Reaches each broker of the settings, and speaks TLS with it where that is used.</summary>
    /// <returns>What was found, for people.</returns>
    /// <exception cref="InputException">One is out of reach, or its certificate is not to be trusted.</exception>
    public async Task<string> ConnectAsync(CancellationToken cancellation)
    {
        var found = new List<string>();
        foreach (var broker in _options.Brokers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = broker.LastIndexOf(':');
            var host = colon < 0 ? broker : broker[..colon];
            var port = colon < 0 ? KafkaPort : int.Parse(broker[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture);
            found.Add(await ConnectAsync(broker, host, port, cancellation));
        }

        return string.Join("; ", found);
    }

    /// <summary>The partitions of a hub.</summary>
    /// <exception cref="InputException">The hub is not there or may not be read, or the broker does not answer.</exception>
    public int PartitionsOf(string hub, TimeSpan patience) => Partitions(hub, patience).Count;

    /// <summary>Reads the newest message of a hub.</summary>
    /// <returns>What was found, for people; null when the hub holds nothing.</returns>
    /// <exception cref="InputException">It cannot be read.</exception>
    public string? ReadNewest(string hub, TimeSpan patience)
    {
        (DateTime Time, string Text)? newest = null;
        foreach (var partition in Partitions(hub, patience))
        {
            var read = Ask(hub, () => ReadNewest(partition, patience));
            if (read is { } found && (newest is not { } known || found.Time > known.Time)) newest = found;
        }

        return newest?.Text;
    }

    /// <inheritdoc />
    public void Dispose() => _consumer.Dispose();

    private async Task<string> ConnectAsync(string broker, string host, int port, CancellationToken cancellation)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, cancellation);
            if (!IsEncrypted) return $"{broker} answers, not encrypted";
            await using var secure = new SslStream(client.GetStream());
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancellation);
            return string.Create(CultureInfo.InvariantCulture, $"{broker} answers with {secure.SslProtocol}, its certificate is good until {secure.RemoteCertificate?.GetExpirationDateString()}");
        }
        catch (SocketException cause)
        {
            throw new InputException(broker, $"it cannot be reached: {cause.Message}.", "Check host and port (Event Hubs speaks Kafka on 9093), the firewall, and the DNS of a private endpoint.", cause);
        }
        catch (Exception cause) when (cause is AuthenticationException or IOException)
        {
            throw new InputException(broker, $"there is no TLS with it: {cause.Message.TrimEnd('.')}.", "Check that no proxy stands between, and that this machine trusts the certificate.", cause);
        }
        catch (OperationCanceledException cause)
        {
            throw new InputException(broker, "it does not answer in time.", "Check the firewall, and the DNS of a private endpoint.", cause);
        }
    }

    private List<TopicPartition> Partitions(string hub, TimeSpan patience)
    {
        using var admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        var found = Ask(hub, () => admin.GetMetadata(hub, patience)).Topics.Find(topic => string.Equals(topic.Topic, hub, StringComparison.Ordinal));
        if (found is null || found.Error.IsError || found.Partitions.Count == 0) throw Missing(hub, found?.Error);
        return [.. found.Partitions.Select(partition => new TopicPartition(hub, partition.PartitionId))];
    }

    private (DateTime Time, string Text)? ReadNewest(TopicPartition partition, TimeSpan patience)
    {
        var offsets = _consumer.QueryWatermarkOffsets(partition, patience);
        if (offsets.High.Value <= offsets.Low.Value) return null;
        _consumer.Assign(new TopicPartitionOffset(partition, offsets.High.Value - 1));
        try
        {
            var got = _consumer.Consume(patience);
            if (got is null or { IsPartitionEOF: true }) throw new InputException(EventHubsSource.NameOf(partition), "its newest message did not come in time.", "Try again with a longer --timeout.");
            var batch = new EventBatch { Source = partition.Topic };
            var bytes = _messages.Bytes;
            _messages.MoveTo(batch, partition.Topic, got.Offset.Value);
            var time = got.Message.Timestamp.UtcDateTime;
            return (time, string.Create(CultureInfo.InvariantCulture, $"the newest message is of {time:yyyy-MM-dd'T'HH:mm:ss'Z'}: {bytes:N0} bytes, {batch.Records} records, {batch.Rejects.Count} that cannot be read"));
        }
        finally
        {
            _consumer.Unassign();
        }
    }

    private T Ask<T>(string hub, Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (KafkaException cause)
        {
            var reason = _trouble is { } trouble && cause.Error.IsLocalError ? $"{cause.Error.Reason}; {trouble}" : cause.Error.Reason;
            throw cause.Error.Code is ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed or ErrorCode.SaslAuthenticationFailed
                ? new InputException(hub, $"it may not be read: {reason}.", "Give the identity the role 'Azure Event Hubs Data Receiver' on the hub; a new role may take some minutes.", cause)
                : new InputException(hub, $"the broker does not say: {reason.TrimEnd('.')}.", "Check the address, the credential and the role 'Azure Event Hubs Data Receiver'.", cause);
        }
    }

    private static InputException Missing(string hub, Error? error) => error?.Code is ErrorCode.TopicAuthorizationFailed
        ? new InputException(hub, $"it may not be read: {error.Reason}.", "Give the identity the role 'Azure Event Hubs Data Receiver' on the hub; a new role may take some minutes.")
        : new InputException(hub, $"there is no such hub{(error is null || !error.IsError ? "" : $": {error.Reason.TrimEnd('.')}")}.", "Check the name, and that the diagnostic setting of Entra sends to it.");
}
