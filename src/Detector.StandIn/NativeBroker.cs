using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Detector.StandIn;

/// <summary>
/// The mock cluster inside librdkafka. Its functions must come from the very file that Confluent.Kafka has loaded: of the
/// several in the package it takes the first that this machine's libraries suit, and two copies know nothing of one another.
/// </summary>
internal static partial class NativeBroker
{
    private const string Name = "librdkafka";

    static NativeBroker() => NativeLibrary.SetDllImportResolver(typeof(NativeBroker).Assembly, Resolve);

    /// <summary>A client of kind 0, a producer: the cluster needs one to belong to.</summary>
    [LibraryImport(Name, EntryPoint = "rd_kafka_new")]
    internal static partial nint New(int kind, nint config, Span<byte> error, nuint errorLength);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_new")]
    internal static partial nint NewConfig();

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Set(nint config, string name, string value, Span<byte> error, nuint errorLength);

    [LibraryImport(Name, EntryPoint = "rd_kafka_destroy")]
    internal static partial void Destroy(nint client);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_cluster_new")]
    internal static partial nint NewCluster(nint client, int brokers);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    internal static partial void DestroyCluster(nint cluster);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    internal static partial nint Bootstraps(nint cluster);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int CreateTopic(nint cluster, string topic, int partitions, int copies);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_broker_set_down")]
    internal static partial int SetDown(nint cluster, int broker);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_broker_set_up")]
    internal static partial int SetUp(nint cluster, int broker);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    internal static partial int SetDelay(nint cluster, int broker, int milliseconds);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_partition_set_leader", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetLeader(nint cluster, string topic, int partition, int broker);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    internal static partial void PushErrors(nint cluster, short request, nuint count, ReadOnlySpan<int> errors);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search)
    {
        if (name != Name) return 0;
        Library.Load();
        return NativeLibrary.Load(LoadedFile() ?? name, assembly, search);
    }

    // Only Linux tells which file was loaded; elsewhere the package has a single one.
    private static string? LoadedFile() => !OperatingSystem.IsLinux() ? null : File.ReadLines("/proc/self/maps")
        .Where(line => line.Contains("librdkafka", StringComparison.Ordinal))
        .Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..])
        .FirstOrDefault();
}
