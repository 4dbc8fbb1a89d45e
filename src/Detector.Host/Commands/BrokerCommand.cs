using System.CommandLine;
using Detector.StandIn;

namespace Detector.Host.Commands;

/// <summary><c>detector broker</c>: the stand-in for Event Hubs, as a process of its own.</summary>
internal static class BrokerCommand
{
    public static Command Make(HostStreams streams, CancellationToken stop)
    {
        var topics = new Option<string[]>("--topic") { Description = "Hubs to make (default: those of Entra's diagnostic settings).", HelpName = "NAME", DefaultValueFactory = _ => [.. CategoryHubs.Names] };
        var partitions = new Option<int>("--partitions") { Description = "Partitions of each hub.", HelpName = "N", DefaultValueFactory = _ => 4 };
        var brokers = new Option<int>("--brokers") { Description = "Brokers of the cluster.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var command = new Command("broker", "Runs a broker on this machine that stands in for Event Hubs in demos and tests; prints its address, and keeps nothing.") { topics, partitions, brokers };
        command.SetAction(parsed =>
        {
            using var broker = new StandInBroker(parsed.GetValue(brokers));
            foreach (var topic in parsed.GetRequiredValue(topics)) broker.CreateTopic(topic, parsed.GetValue(partitions));
            using var output = new StreamWriter(streams.Out, leaveOpen: true) { AutoFlush = true };
            output.WriteLine(broker.Address);
            var reader = new Thread(() => Obey(broker, streams)) { IsBackground = true, Name = "broker commands" };
            reader.Start();
            stop.WaitHandle.WaitOne();
            return ExitCode.Done;
        });
        return command;
    }

    // Troubles on request, a line each: 'down 1', 'up 1', 'move TOPIC PARTITION BROKER', 'fail REQUEST CODE…'.
    private static void Obey(StandInBroker broker, HostStreams streams)
    {
        using var input = new StreamReader(streams.In ?? Console.OpenStandardInput());
        while (input.ReadLine() is { } line)
        {
            try
            {
                switch (line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    case ["down", var number]:
                        broker.SetDown(int.Parse(number));
                        break;
                    case ["up", var number]:
                        broker.SetUp(int.Parse(number));
                        break;
                    case ["move", var topic, var partition, var to]:
                        broker.MoveLeader(topic, int.Parse(partition), int.Parse(to));
                        break;
                    case ["fail", var request, .. var codes]:
                        broker.Fail(short.Parse(request), [.. codes.Select(int.Parse)]);
                        break;
                    default:
                        streams.Error.WriteLine($"error: '{line}' is none of: down N, up N, move TOPIC PARTITION BROKER, fail REQUEST CODE…");
                        break;
                }
            }
            catch (Exception cause) when (cause is FormatException or OverflowException or InvalidOperationException)
            {
                streams.Error.WriteLine($"error: {cause.Message}");
            }
        }
    }
}
