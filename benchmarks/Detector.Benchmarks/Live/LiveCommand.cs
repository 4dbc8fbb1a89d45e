using System.Globalization;
using System.Text;

namespace Detector.Benchmarks.Live;

/// <summary>The worker while it runs: how long from the arrival of a record to the sink's acceptance of its alert, and how much it keeps up with.</summary>
internal static class LiveCommand
{
    private const string Help = """
        live [--detector PROGRAM] [--rate N | --megabytes N] [--seconds N] [--message-records N] [--runs N] [--name NAME] FILE
          Sends the file's records through a stand-in broker to a worker, all on this machine, and prints how long alerts took from the
          arrival of their last record to the sink, whether every record was read, and what each process used.
          FILE                   Event Hub records, one a line; as many as N seconds need
          --detector PROGRAM     the published program (detector, from the path)
          --rate N               records a second (20000)
          --megabytes N          megabytes a second instead
          --seconds N            how long it is sent (12)
          --message-records N    records in one message (20)
          --runs N               how often, each with a new broker and an empty checkpoint (3)
          --name NAME            write benchmarks/results/NAME.md
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var (options, file, runs, name) = (new LiveOptions(), (string?)null, 3, (string?)null);
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--detector" when i + 1 < arguments.Count: options = options with { Program = arguments[++i] }; break;
                case "--rate" when i + 1 < arguments.Count: options = options with { Rate = Number(arguments[++i]) }; break;
                case "--megabytes" when i + 1 < arguments.Count: options = options with { Megabytes = Number(arguments[++i]) }; break;
                case "--seconds" when i + 1 < arguments.Count: options = options with { Seconds = Number(arguments[++i]) }; break;
                case "--message-records" when i + 1 < arguments.Count: options = options with { RecordsAMessage = (int)Number(arguments[++i]) }; break;
                case "--runs" when i + 1 < arguments.Count: runs = (int)Number(arguments[++i]); break;
                case "--name" when i + 1 < arguments.Count: name = arguments[++i]; break;
                case "--help" or "-h": Console.WriteLine(Help); return 0;
                case var path: file = path; break;
            }
        }

        if (file is null || !File.Exists(file))
        {
            await Console.Error.WriteLineAsync(file is null ? Help : $"There is no file '{file}'.");
            return 2;
        }

        var results = new List<LiveResult>();
        for (var run = 1; run <= runs; run++)
        {
            await Console.Error.WriteLineAsync($"run {run} of {runs}");
            results.Add(await LiveRun.MeasureAsync(file, options));
        }

        var page = Page(file, options, results, string.Join(' ', arguments.Select((argument, i) => argument == file ? Path.GetFileName(file) : i > 0 && arguments[i - 1] == "--detector" ? "detector" : argument)));
        Console.WriteLine(page);
        if (name is not null) ResultFile.Write(name, page);
        return results.TrueForAll(result => result.Read == result.Sent) ? 0 : 1;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Page(string file, LiveOptions options, List<LiveResult> results, string command)
    {
        var page = new StringBuilder();
        page.AppendLine(CultureInfo.InvariantCulture, $"# The worker live: {Path.GetFileName(file)}").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"`dotnet run -c Release --project benchmarks/Detector.Benchmarks -- live {command}`").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"Sender, stand-in broker and worker on {Environment.ProcessorCount} processors, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}; messages of {options.RecordsAMessage} records, 16 partitions; alerts go to a file once their checkpoint is on disk.").AppendLine();
        page.AppendLine("| run | records/s | MB/s | records read | alerts and revisions | from arrival to the sink | processors: worker, broker, sender | worker's memory, most |").AppendLine("|---|---|---|---|---|---|---|---|");
        for (var i = 0; i < results.Count; i++)
        {
            var result = results[i];
            page.AppendLine(CultureInfo.InvariantCulture, $"| {i + 1} | {result.Sent / result.Seconds:N0} | {result.Bytes / result.Seconds / 1e6:0} | {(result.Read == result.Sent ? "all" : $"{result.Read:N0} of {result.Sent:N0}")} | {result.Alerts} | {result.Latency} | {result.Worker:0.00}, {result.Broker:0.00}, {result.Sender:0.00} | {result.PeakMegabytes:0} MB |");
        }

        return page.ToString();
    }
}
