using System.CommandLine;
using Detector.Host.Replay;
using Detector.Simulation;

namespace Detector.Host.Commands;

/// <summary><c>detector demo</c>: the main job on sample logs that it makes itself.</summary>
internal static class DemoCommand
{
    private const string DefaultFolder = "sample-logs";

    public static Command Make(HostStreams streams, CancellationToken stop)
    {
        var output = new Option<string>("--out") { Description = "Folder for the sample logs.", HelpName = "DIR", DefaultValueFactory = _ => DefaultFolder };
        var live = new Option<bool>("--live") { Description = "The worker instead: a broker that stands in for Event Hubs, a sender, and 'detector run' between broker and terminal." };
        var command = new Command("demo", "Makes sample logs of an invented tenant, attacks included, and shows what they give.") { output, live };
        command.SetAction(parsed => parsed.GetValue(live) ? LiveDemo.Run(streams, stop) : Run(parsed.GetRequiredValue(output), streams, stop));
        return command;
    }

    private static int Run(string folder, HostStreams streams, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        var records = Path.Combine(folder, "entra.ndjson");
        var truth = Path.Combine(folder, "truth.ndjson");
        var options = new SimulationOptions { Seed = 7, Records = 20_000, Users = 300, Attacks = 12, Days = 7 };
        streams.Error.WriteLine($"A week of an invented tenant, in {records}; what was planted, in {truth}.");
        var generated = LogsCommand.Generate(options, records, truth, streams, stop);
        if (generated != ExitCode.Done) return generated;
        streams.Error.WriteLine();

        // The shipped rules, whatever lies in the folder from which this is run: they know the invented tenant.
        var replay = new ReplayOptions { Paths = [records], UsesShippedRules = true, Format = AlertFormat.Table, Threads = Environment.ProcessorCount };
        var exit = ReplayRun.Run(replay, streams, stop);
        streams.Error.WriteLine();
        streams.Error.WriteLine($"The same for programs: detector replay {records}");
        streams.Error.WriteLine("Your own logs:         detector replay PATH --format table");
        return exit;
    }
}
