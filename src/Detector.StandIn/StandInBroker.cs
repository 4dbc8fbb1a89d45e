using System.Runtime.InteropServices;

namespace Detector.StandIn;

/// <summary>
/// A Kafka broker in this process that stands in for Event Hubs in demos and tests. It listens on this machine only, keeps
/// everything in memory, and of each partition no more than 5 MiB or 100,000 messages: what is older is dropped in silence.
/// </summary>
public sealed class StandInBroker : IDisposable
{
    private const int ErrorBytes = 512;

    private readonly nint _client;
    private readonly nint _cluster;

    /// <summary>Starts it.</summary>
    /// <param name="brokers">How many brokers the cluster has.</param>
    public StandInBroker(int brokers = 1)
    {
        Span<byte> error = stackalloc byte[ErrorBytes];
        var config = NativeBroker.NewConfig();
        Check(NativeBroker.Set(config, "log_level", "2", error, ErrorBytes));
        _client = NativeBroker.New(kind: 0, config, error, ErrorBytes);
        if (_client == 0) throw new InvalidOperationException("The client library does not start.");
        _cluster = NativeBroker.NewCluster(_client, brokers);
        if (_cluster == 0) throw new InvalidOperationException("The mock cluster does not start.");
        Address = Marshal.PtrToStringUTF8(NativeBroker.Bootstraps(_cluster)) ?? "";
    }

    /// <summary>Where it listens: <c>host:port</c>, several with commas.</summary>
    public string Address { get; }

    /// <summary>Makes a topic.</summary>
    public void CreateTopic(string topic, int partitions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        Check(NativeBroker.CreateTopic(_cluster, topic, partitions, copies: 1));
    }

    /// <summary>Ends all connections, and takes no new ones until it is up again.</summary>
    public void SetDown(int broker) => Check(NativeBroker.SetDown(_cluster, broker));

    /// <summary>Takes connections again.</summary>
    public void SetUp(int broker) => Check(NativeBroker.SetUp(_cluster, broker));

    /// <summary>Answers so much later.</summary>
    public void SetDelay(int broker, TimeSpan delay) => Check(NativeBroker.SetDelay(_cluster, broker, (int)delay.TotalMilliseconds));

    /// <summary>Moves a partition to another broker of the cluster.</summary>
    public void MoveLeader(string topic, int partition, int broker) => Check(NativeBroker.SetLeader(_cluster, topic, partition, broker));

    /// <summary>The next requests of a kind (1 is fetch) fail with these error codes of the Kafka protocol, one after the other.</summary>
    public void Fail(short request, IReadOnlyList<int> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        NativeBroker.PushErrors(_cluster, request, (nuint)errors.Count, errors.ToArray());
    }

    /// <inheritdoc />
    public void Dispose()
    {
        NativeBroker.DestroyCluster(_cluster);
        NativeBroker.Destroy(_client);
    }

    private static void Check(int code)
    {
        if (code != 0) throw new InvalidOperationException($"The mock cluster refused with error {code}.");
    }
}
