using System.Globalization;
using System.Text;
using Detector.Benchmarks.Replay;
using Detector.Engine.Pipeline;
using Detector.Rules;
using Detector.Sources.Files;

namespace Detector.Benchmarks.Cost;

/// <summary>What rules cost: ten, five hundred, and the whole pack, beside one full tokenisation of the same bytes.</summary>
internal static class CostCommand
{
    private const string Help = """
        cost [--runs N] [--name NAME] FILE
          Replays the file with 10 rules, with 500 and with the whole shipped pack, and tokenises it with Utf8JsonReader, each with two
          threads, in turn; prints ratios.
          FILE         Event Hub records, one a line
          --runs N     counted runs (5)
          --name NAME  write benchmarks/results/NAME.md
        """;

    // Until the just-in-time compiler has seen enough: after six runs a replay still takes a twentieth longer than after twenty.
    private const int WarmUps = 20;

    public static int Run(IReadOnlyList<string> arguments)
    {
        var (file, runs, name) = ((string?)null, 5, (string?)null);
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--runs" when i + 1 < arguments.Count: runs = int.Parse(arguments[++i], CultureInfo.InvariantCulture); break;
                case "--name" when i + 1 < arguments.Count: name = arguments[++i]; break;
                case "--help" or "-h": Console.WriteLine(Help); return 0;
                case var path: file = path; break;
            }
        }

        if (file is null || !File.Exists(file))
        {
            Console.Error.WriteLine(file is null ? Help : $"There is no file '{file}'.");
            return 2;
        }

        var page = Measure(file, runs, $"dotnet run -c Release --project benchmarks/Detector.Benchmarks -- cost {string.Join(' ', arguments.Select(argument => argument == file ? Path.GetFileName(file) : argument))}");
        Console.WriteLine(page);
        if (name is not null) ResultFile.Write(name, page);
        return 0;
    }

    private static string Measure(string file, int runs, string command)
    {
        var turns = new Turns();
        var plans = new (string Name, DetectionPlan Plan)[] { ("10 rules", Plan(RuleFolder.Load(ManyRules.Files(10)))), ("500 rules", Plan(RuleFolder.Load(ManyRules.Files(500)))), ("the whole pack", Plan(RuleFolder.Load((string?)null))) };
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var run = -WarmUps; run < runs; run++)
        {
            Console.Error.WriteLine(run < 0 ? "warming up" : $"run {run + 1} of {runs}");
            turns.Time("Utf8JsonReader, every token", run >= 0, () => Floors.Tokenise(file, 2));
            foreach (var (name, plan) in plans) turns.Time(name, run >= 0, () => said[name] = Replay(file, plan));
        }

        var page = new StringBuilder();
        page.AppendLine(CultureInfo.InvariantCulture, $"# What rules cost: {Path.GetFileName(file)}").AppendLine().AppendLine(CultureInfo.InvariantCulture, $"`{command}`").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"{new FileInfo(file).Length / 1e9:0.00} GB; 2 threads, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}, file in the page cache, contenders in turn, median of {runs} runs after {WarmUps} that are not counted.").AppendLine();
        page.AppendLine("| | seconds | min–max | of the tokenisation | processor s | |").AppendLine("|---|---|---|---|---|---|");
        var tokens = turns["Utf8JsonReader, every token"].Median;
        foreach (var timing in turns.Timings)
            page.AppendLine(CultureInfo.InvariantCulture, $"| {timing.Name} | {timing.Median:0.000} | {timing.Seconds.Min():0.000}–{timing.Seconds.Max():0.000} | {timing.Median / tokens:0.00} | {timing.ProcessorMedian:0.00} | {said.GetValueOrDefault(timing.Name, "")} |");
        page.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"- 500 rules take {turns["500 rules"].Median / turns["10 rules"].Median:0.00} times as long as 10.");
        page.AppendLine(CultureInfo.InvariantCulture, $"- The whole pack takes {turns["the whole pack"].Median / tokens:0.00} times as long as the tokenisation.");
        return page.ToString();
    }

    private static DetectionPlan Plan(RuleLoadResult loaded) =>
        new(loaded.Rules ?? throw new InvalidOperationException(string.Join("\n", loaded.Diagnostics)), loaded.Tenant);

    private static string Replay(string file, DetectionPlan plan)
    {
        using var pipeline = new DetectionPipeline(plan, new PipelineOptions());
        long events = 0;
        long parsed = 0;
        foreach (var batch in new FileSource(plan, new FileSourceOptions { Paths = [file], Workers = 2 }).Read())
        {
            events += batch.Events.Count;
            parsed += batch.Parsed;
            foreach (var matched in batch.Events) pipeline.Process(matched);
        }

        pipeline.Complete();
        return string.Create(CultureInfo.InvariantCulture, $"{parsed:N0} parsed, {events:N0} matched, {pipeline.Counters.Alerts:N0} alerts");
    }
}
