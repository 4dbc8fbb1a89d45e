using System.Diagnostics;
using System.Globalization;
using System.Text;
using Detector.Simulation;
using Detector.StandIn;

namespace Detector.Benchmarks.Live;

/// <summary>The worker for long: memory, handles and threads that grow, checkpoints that get slower.</summary>
internal static class SoakCommand
{
    private const int RecordsAMessage = 20;

    private const string Help = """
        soak [--detector PROGRAM] [--rate N] [--minutes N] [--users N] [--days-a-minute N] [--name NAME]
          Sends a synthetic tenant through a stand-in broker to a worker, all on this machine, and prints each minute what the worker uses.
          Event time goes faster than the clock, so that windows of months come to their steady state within the first minutes.
          --detector PROGRAM     the published program (detector, from the path)
          --rate N               records a second (20000)
          --minutes N            how long (21)
          --users N              people of the tenant (500)
          --days-a-minute N      days of the tenant in a minute (60)
          --record-bytes N       mean size of a sign-in (2000)
          --partitions N         partitions of the hub, each of which keeps 5 MiB (32)
          --name NAME            write benchmarks/results/NAME.md
        """;

    // One hub takes everything: a hub whose records concern no rule would hold event time back, as long as the clock takes to call it idle.
    private const string Hub = "entra";

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var (program, rate, minutes, name) = ("detector", 20_000, 21, (string?)null);
        var (users, days, bytes, partitions) = (500, 60, 2_000, 32);
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
                case "--rate": rate = Number(value); break;
                case "--minutes": minutes = Number(value); break;
                case "--users": users = Number(value); break;
                case "--days-a-minute": days = Number(value); break;
                case "--record-bytes": bytes = Number(value); break;
                case "--partitions": partitions = Number(value); break;
                case "--name": name = value; break;
                default: await Console.Error.WriteLineAsync(Help); return 2;
            }
        }

        using var stage = await LiveStage.StartAsync(program, [Hub], partitions);
        var records = (long)rate * 60 * minutes;
        using var http = new HttpClient();
        var pace = new SoakPace(stage, http);
        var sending = Task.Run(() => Send(pace, stage.Address, new SimulationOptions { Seed = 11, Users = users, Days = days * minutes, Records = records, RecordBytes = bytes, Start = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-days * minutes - 1) }, rate, partitions));
        var samples = new List<SoakSample>();
        var watch = Stopwatch.StartNew();
        while (!sending.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromSeconds(15));
            var sample = await SoakSample.TakeAsync(watch.Elapsed, stage, http);
            samples.Add(sample);
            await Console.Error.WriteLineAsync(sample.ToString());
        }

        await sending;
        await stage.StopWorkerAsync();
        var command = string.Join(' ', arguments.Select((argument, i) => i > 0 && arguments[i - 1] == "--detector" ? "detector" : argument));
        var page = Page(samples, stage.Words, command, $"{records:N0} records of {bytes:N0} bytes, of {users} people in {days * minutes} days of event time, on {partitions} partitions");
        Console.WriteLine(page);
        if (name is not null) ResultFile.Write(name, page);
        return 0;
    }

    private static void Send(SoakPace pace, string broker, SimulationOptions tenant, double rate, int partitions)
    {
        using var hub = new HubStream(broker, _ => Hub, partitions, RecordsAMessage, new HubPace(rate, speed: null, TimeProvider.System, CancellationToken.None) { Holds = pace.IsBehind });
        TenantSimulation.Generate(tenant, hub, truth: null);
        hub.Flush();
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Page(List<SoakSample> samples, string words, string command, string what)
    {
        var page = new StringBuilder();
        page.AppendLine("# The worker for long").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"`dotnet run -c Release --project benchmarks/Detector.Benchmarks -- soak {command}`").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"{what}; sender, stand-in broker and worker on {Environment.ProcessorCount} processors, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}.").AppendLine();
        page.AppendLine(SoakSample.Titles).AppendLine(SoakSample.Line);
        foreach (var minute in samples.GroupBy(sample => (int)sample.At.TotalMinutes)) page.AppendLine(SoakSample.Row(minute.Key + 1, [.. minute]));
        page.AppendLine().AppendLine(words.Trim().Split('\n').LastOrDefault(line => line.Contains("records,", StringComparison.Ordinal)));
        return page.ToString();
    }
}
