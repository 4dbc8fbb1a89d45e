using Confluent.Kafka;
using Detector.Sources.Live;

namespace Detector.Sources.EventHubs;

/// <summary>Finds the partitions of the hubs, now and when more are added, and deals them out among the readers.</summary>
internal sealed class PartitionWatch(EventHubsSourceOptions options, IReadOnlyDictionary<string, SourcePosition> positions, List<PartitionReader> readers, Action<string> announce, Action<string> tell)
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly HashSet<TopicPartition> _known = [];
    private int _dealt;

    /// <summary>Why the hubs are not known, as a sentence; null while they are.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Whether every hub was found.</summary>
    public bool HasAssigned { get; private set; }

    /// <summary>Whether the source ends when all is read.</summary>
    public bool EndsAtEnd => options.Once;

    public async Task RunAsync(TimeProvider clock, CancellationToken stop)
    {
        var config = ClientSettings.Of(options, $"detector-{Environment.MachineName}-{Environment.ProcessId}-watch");
        var builder = new AdminClientBuilder(new AdminClientConfig(config.Where(setting => IsOfClients(setting.Key)).ToDictionary()))
            .SetErrorHandler((_, _) => { })
            .SetLogHandler((_, _) => { });
        if (options.Credential is { } credential)
        {
            var scope = ClientSettings.Scope(options.Brokers);
            builder.SetOAuthBearerTokenRefreshHandler((client, _) => ClientSettings.Refresh(client, credential, scope));
        }

        await Task.Yield();
        using var admin = builder.Build();
        while (!stop.IsCancellationRequested)
        {
            var isWhole = Look(admin);
            HasAssigned |= isWhole;
            await Task.Delay(isWhole ? s_lookEvery : s_retryAfter, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static bool IsOfClients(string key) =>
        !key.StartsWith("fetch.", StringComparison.Ordinal) && !key.StartsWith("queued.", StringComparison.Ordinal) && !key.StartsWith("enable.auto", StringComparison.Ordinal) && !key.StartsWith("auto.", StringComparison.Ordinal)
        && key is not ("group.id" or "group.protocol" or "session.timeout.ms" or "heartbeat.interval.ms" or "max.poll.interval.ms" or "enable.partition.eof");

    private bool Look(IAdminClient admin)
    {
        var problems = new List<string>();
        var found = new List<TopicPartition>();
        foreach (var topic in options.Topics)
        {
            try
            {
                var hub = admin.GetMetadata(topic, s_patience).Topics.Find(described => string.Equals(described.Topic, topic, StringComparison.Ordinal));
                if (hub is null || hub.Error.IsError || hub.Partitions.Count == 0) problems.Add($"The hub '{topic}' is not there{(hub?.Error.IsError == true ? $": {hub.Error.Reason}" : "")}.");
                else found.AddRange(hub.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId)).OrderBy(partition => partition.Partition.Value));
            }
            catch (KafkaException cause)
            {
                problems.Add($"The hub '{topic}' cannot be asked for: {cause.Error.Reason}.");
            }
        }

        // All are announced before the first is read: none may be thought of as late because another was faster.
        found.RemoveAll(partition => !_known.Add(partition));
        foreach (var partition in found) announce(EventHubsSource.NameOf(partition));
        foreach (var partition in found) Deal(partition);
        var trouble = problems.Count == 0 ? null : string.Join(' ', problems);
        if (trouble is not null && Trouble is null) tell(trouble);
        Trouble = trouble;
        return trouble is null;
    }

    private void Deal(TopicPartition partition)
    {
        var offset = positions.TryGetValue(EventHubsSource.NameOf(partition), out var position) ? new Offset(position.Next) : Offset.Unset;
        readers[_dealt++ % readers.Count].Add([new TopicPartitionOffset(partition, offset)]);
    }
}
