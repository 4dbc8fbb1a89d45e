using System.Globalization;
using System.Text;

namespace Detector.Benchmarks.Replay;

/// <summary>The figures as a page of Markdown: ratios first, since the machines move.</summary>
internal static class ReplayReport
{
    public static string Write(ReplayBenchmark benchmark, string command, string input, long bytes)
    {
        var byName = benchmark.Timings.ToDictionary(timing => timing.Name, StringComparer.Ordinal);
        var detector = byName["Detector, 2 threads"].Median;
        var page = new StringBuilder();
        page.AppendLine(CultureInfo.InvariantCulture, $"# Replay: {input}").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"`{command}`").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB, {benchmark.Records:N0} records of {bytes / (double)benchmark.Records:N0} bytes; {benchmark.Scores:N0} scores, the same from Detector and DuckDB.");
        page.AppendLine(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}, file in the page cache, contenders in turn, median of {byName["Detector, 2 threads"].Seconds.Count} runs.").AppendLine();
        page.AppendLine("| | seconds | min–max | GB/s | Detector is so many times as fast |").AppendLine("|---|---|---|---|---|");
        foreach (var timing in benchmark.Timings)
        {
            var reference = timing.Name.Contains("whole process", StringComparison.Ordinal) ? byName["Detector, whole process"].Median : detector;
            page.AppendLine(CultureInfo.InvariantCulture, $"| {timing.Name} | {timing.Median:0.000} | {timing.Seconds.Min():0.000}–{timing.Seconds.Max():0.000} | {bytes / 1e9 / timing.Median:0.00} | {timing.Median / reference:0.00} |");
        }

        page.AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"- Detector takes {detector / byName["read + newline scan, 2 threads"].Median:0.00} times as long as reading and scanning for newlines with 2 threads.");
        page.AppendLine(CultureInfo.InvariantCulture, $"- Detector allocates {benchmark.AllocatedBytes / (double)benchmark.Records:0.0} bytes a record ({benchmark.AllocatedBytes / 1e6:0.0} MB in all).");
        foreach (var (name, peak) in benchmark.PeakBytes) page.AppendLine(CultureInfo.InvariantCulture, $"- Peak memory of {name}: {peak / 1048576.0:0} MiB.");
        return page.ToString();
    }
}
