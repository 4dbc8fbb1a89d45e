using System.Text;
using Detector.Simulation;
using Detector.StandIn;

namespace Detector.Host.Tests.Run;

/// <summary>
/// The load of the crash test: a tenant's week, sent to a broker, and behind it in each partition a record of a week later, so
/// that the clock passes everything and every alert becomes final.
/// </summary>
internal sealed class HubLoad
{
    public const string Topic = "entra";
    private const int RecordsAMessage = 20;

    // The stand-in drops in silence what is beyond 5 MiB of a partition: everything must fit, however far a killed worker falls behind.
    private const int PartitionBytesMax = 3 * 1024 * 1024;

    private readonly byte[] _records;

    public HubLoad(ulong seed, int records)
    {
        using var bytes = new MemoryStream();
        TenantSimulation.Generate(new SimulationOptions { Seed = seed, Records = records, Users = 200, Attacks = 24, Days = 7, RecordBytes = SimulationOptions.RecordBytesMin }, bytes, truth: null);
        Partitions = Math.Max(3, (int)(bytes.Length / PartitionBytesMax) + 1);
        for (var i = 0; i < Partitions * RecordsAMessage; i++) bytes.Write(Encoding.UTF8.GetBytes(Records.Activation($"end-{i}", "2026-03-30T12:00:00Z", $"end{i}")));
        _records = bytes.ToArray();
        Count = records;
    }

    public int Count { get; }

    public int Partitions { get; }

    /// <summary>Sends everything, at so many records a second.</summary>
    public void Send(string broker, double rate, CancellationToken cancellation)
    {
        using var hub = new HubStream(broker, _ => Topic, Partitions, RecordsAMessage, new HubPace(rate, speed: null, TimeProvider.System, cancellation));
        hub.Write(_records);
        hub.Flush();
    }
}
