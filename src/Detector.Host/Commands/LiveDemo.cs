using Detector.Host.Run;
using Detector.Host.Run.Settings;
using Detector.Host.Run.Settings.Sinks;
using Detector.Simulation;
using Detector.StandIn;

namespace Detector.Host.Commands;

/// <summary><c>detector demo --live</c>: broker, sender and worker in one process; a week of an invented tenant in half a minute.</summary>
internal static class LiveDemo
{
    private const int Days = 7;
    private const int Partitions = 4;
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_after = TimeSpan.FromSeconds(3);

    public static int Run(HostStreams streams, CancellationToken stop)
    {
        using var broker = new StandInBroker();
        foreach (var hub in CategoryHubs.Names) broker.CreateTopic(hub, Partitions);
        var state = Directory.CreateTempSubdirectory("detector-demo-");
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            streams.Error.WriteLine($"A broker at {broker.Address} stands in for Event Hubs; a week of an invented tenant goes to it in {s_duration.TotalSeconds:0} seconds, and alerts come as they arise.");
            streams.Error.WriteLine();
            var sending = Task.Run(() => Send(broker.Address, streams, ended), CancellationToken.None);
#pragma warning disable VSTHRD002 // A command runs to its end, on a thread of its own.
            var exit = WorkerHost.RunAsync(Settings(broker.Address, state.FullName), once: false, streams, ended.Token).GetAwaiter().GetResult();
            ended.Cancel();
            sending.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
            return exit;
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    private static void Send(string broker, HostStreams streams, CancellationTokenSource ended)
    {
        var today = streams.Clock.GetUtcNow().UtcDateTime.Date;
        var options = new SimulationOptions { Seed = 7, Records = 20_000, Users = 300, Attacks = 12, Days = Days, Start = DateTime.SpecifyKind(today.AddDays(-Days), DateTimeKind.Utc) };
        new HubTarget(broker, Partitions, RecordsAMessage: 5, Rate: null, Speed: Days * TimeSpan.FromDays(1).TotalSeconds / s_duration.TotalSeconds).Send(options, truth: null, streams, ended.Token);
        ended.Token.WaitHandle.WaitOne(s_after);
        ended.Cancel();
    }

    private static RunSettings Settings(string broker, string state) => new()
    {
        Source = new SourceSettings(SourceKind.EventHubs, [], TimeSpan.Zero, new EventHubsSettings(broker, CategoryHubs.Names, EventHubsSettings.None, ClientId: null, ConnectionString: null, "detector", Readers: null, FromBeginning: true)),
        Checkpoints = new CheckpointSettings(state, TimeSpan.FromSeconds(1)),
        Sinks = new SinkSettings([new ConsoleSection(ConsoleSection.Kind, IsTable: true)]),
        StopWithin = TimeSpan.FromSeconds(5),
    };
}
