using System.Diagnostics;
using System.Globalization;
using System.Text;
using Detector.Simulation;
using Detector.StandIn;

namespace Detector.Benchmarks.Live;

/// <summary>The worker with a day's state of a large tenant: how long a restart takes, what it weighs, and whether folding a snapshot holds up alerts.</summary>
internal static class LargeStateCommand
{
    private const int Partitions = 32;
    private const int RecordsAMessage = 20;

    private const string Help = """
        large-state [--detector PROGRAM] [--users N] [--records N] [--rate N] [--seconds N] [--name NAME]
          Fills a worker with a day of a synthetic tenant through a stand-in broker, starts it again, and sends the next day's records while
          it folds its journal into a new snapshot.
          --detector PROGRAM     the published program (detector, from the path)
          --users N              people of the tenant (1000000)
          --records N            records of the first day (2000000)
          --rate N               records a second of the next day (20000)
          --seconds N            how long the next day is sent (60)
          --name NAME            write benchmarks/results/NAME.md
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var (program, users, records, rate, seconds, name) = ("detector", 1_000_000, 2_000_000, 20_000, 60, (string?)null);
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count || arguments[i] is "--help" or "-h")
            {
                Console.WriteLine(Help);
                return 2;
            }

            var value = arguments[i + 1];
            switch (arguments[i])
            {
                case "--detector": program = value; break;
                case "--users": users = Number(value); break;
                case "--records": records = Number(value); break;
                case "--rate": rate = Number(value); break;
                case "--seconds": seconds = Number(value); break;
                case "--name": name = value; break;
                default: await Console.Error.WriteLineAsync(Help); return 2;
            }
        }

        using var stage = await LiveStage.StartAsync(program, CategoryHubs.Names, Partitions);
        using var http = new HttpClient();
        var today = TimeProvider.System.GetUtcNow().UtcDateTime.Date;
        await SendAsync(new SoakPace(stage, http), stage.Address, Day(users, records, today.AddDays(-3), seed: 3), rate * 3 / 2.0);
        await Task.Delay(TimeSpan.FromSeconds(2));
        var before = await SoakSample.TakeAsync(default, stage, http);
        await stage.StopWorkerAsync();
        var onDisk = stage.BytesOf("state");
        var watch = Stopwatch.StartNew();
        await stage.StartWorkerAsync();
        var restart = watch.Elapsed;

        var sending = SendAsync(new SoakPace(stage, http), stage.Address, Day(users, rate * seconds, today.AddDays(-2), seed: 4), rate);
        var (own, beside, folds) = (0L, 0L, new HashSet<int>());
        while (!sending.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250));
            stage.Worker.Refresh();
            own = Math.Max(own, stage.Worker.WorkingSet64);
            foreach (var (id, bytes) in ChildrenOf(stage.Worker.Id))
            {
                folds.Add(id);
                beside = Math.Max(beside, bytes);
            }
        }

        await sending;
        await Task.Delay(TimeSpan.FromSeconds(2));
        var after = await SoakSample.TakeAsync(default, stage, http);
        await stage.StopWorkerAsync();
        var words = stage.Words.Trim().Split('\n').LastOrDefault(line => line.Contains("records,", StringComparison.Ordinal));
        var command = string.Join(' ', arguments.Select((argument, i) => i > 0 && arguments[i - 1] == "--detector" ? "detector" : argument));
        var page = new StringBuilder();
        page.AppendLine("# The state of a large tenant").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"`dotnet run -c Release --project benchmarks/Detector.Benchmarks -- large-state {command}`").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"{records:N0} records of {users:N0} people in a day of event time, then {rate * seconds:N0} of the next day at {rate:N0} a second; sender, stand-in broker, worker and fold on {Environment.ProcessorCount} processors, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}.").AppendLine();
        page.AppendLine("| | |").AppendLine("|---|---|");
        page.AppendLine(CultureInfo.InvariantCulture, $"| items of state, at the restart and at the end | {before.State:N0}, {after.State:N0} |");
        page.AppendLine(CultureInfo.InvariantCulture, $"| on disk at the restart | {onDisk / 1e6:N0} MB |");
        page.AppendLine(CultureInfo.InvariantCulture, $"| from the start of the process to ready | {restart.TotalSeconds:0.0} s |");
        page.AppendLine(CultureInfo.InvariantCulture, $"| folds into a new snapshot after that | {folds.Count} |");
        page.AppendLine(CultureInfo.InvariantCulture, $"| memory of the worker at most | {own / 1e6:N0} MB |");
        page.AppendLine(CultureInfo.InvariantCulture, $"| memory of the process that folds at most | {beside / 1e6:N0} MB |");
        page.AppendLine(CultureInfo.InvariantCulture, $"| checkpoints written, of these in over 100 ms | {after.Checkpoints:N0}, {after.CheckpointMost:N0} |");
        page.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"After the restart: {words}");
        Console.WriteLine(page);
        if (name is not null) ResultFile.Write(name, page.ToString());
        return 0;
    }

    private static SimulationOptions Day(int users, int records, DateTime start, int seed) => new() { Seed = (ulong)seed, Users = users, Days = 1, Records = records, RecordBytes = 2_000, Start = start };

    private static Task SendAsync(SoakPace pace, string broker, SimulationOptions day, double rate) => Task.Run(() =>
    {
        using var hub = new HubStream(broker, CategoryHubs.Of, Partitions, RecordsAMessage, new HubPace(rate, speed: null, TimeProvider.System, CancellationToken.None) { Holds = pace.IsBehind });
        TenantSimulation.Generate(day, hub, truth: null);
        hub.Flush();
    });

    // Only what folds is started by a worker.
    private static IEnumerable<(int Id, long Bytes)> ChildrenOf(int parent)
    {
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                var isChild = false;
                long bytes = 0;
                try
                {
                    var stat = File.ReadAllText($"/proc/{process.Id}/stat");
                    isChild = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == parent.ToString(CultureInfo.InvariantCulture);
                    bytes = process.WorkingSet64;
                }
                catch (Exception cause) when (cause is IOException or InvalidOperationException)
                {
                    // It ended meanwhile.
                }

                if (isChild) yield return (process.Id, bytes);
            }
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
