using System.Globalization;

namespace Detector.Benchmarks.Live;

/// <summary>The worker at one moment; counters since its start.</summary>
internal sealed record SoakSample(TimeSpan At, double Megabytes, int Handles, int Threads, double Records, double Checkpoints, double CheckpointSeconds, double CheckpointMost, double State, double Late, double Alerts)
{
    public const string Titles = "| minute | records/s | memory, MB | handles | threads | state, items | checkpoint, mean ms | of these over 100 ms | alerts and revisions |";

    public const string Line = "|---|---|---|---|---|---|---|---|---|";

    /// <summary>Asks the worker and the kernel.</summary>
    public static async Task<SoakSample> TakeAsync(TimeSpan at, LiveStage stage, HttpClient http)
    {
        var text = await http.GetStringAsync(new Uri(stage.Metrics, "metrics"));
        stage.Worker.Refresh();
        var folder = $"/proc/{stage.Worker.Id}";
        var durations = Sum(text, "detector_checkpoint_duration_seconds_count");
        return new SoakSample(
            at,
            stage.Worker.WorkingSet64 / 1e6,
            Directory.GetFiles($"{folder}/fd").Length,
            Directory.GetDirectories($"{folder}/task").Length,
            Sum(text, "detector_records_total"),
            durations,
            Sum(text, "detector_checkpoint_duration_seconds_sum"),
            durations - Sum(text, "detector_checkpoint_duration_seconds_bucket{le=\"0.1\"}"),
            Sum(text, "detector_state_size"),
            Sum(text, "detector_records_late_total"),
            Sum(text, "detector_alerts_total"));
    }

    /// <summary>A minute's samples as a row: the most of what is there, the difference of what is counted.</summary>
    public static string Row(int minute, IReadOnlyList<SoakSample> samples)
    {
        var (first, last) = (samples[0], samples[^1]);
        var seconds = (last.At - first.At).TotalSeconds;
        var written = last.Checkpoints - first.Checkpoints;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {minute} | {(seconds > 0 ? (last.Records - first.Records) / seconds : 0):N0} | {samples.Max(sample => sample.Megabytes):0} | {samples.Max(sample => sample.Handles)} | {samples.Max(sample => sample.Threads)} | {samples.Max(sample => sample.State):N0} | {(written > 0 ? (last.CheckpointSeconds - first.CheckpointSeconds) / written * 1000 : 0):0.0} | {last.CheckpointMost - first.CheckpointMost:0} | {last.Alerts:N0} |");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At:hh':'mm':'ss} {Records:N0} records, {Megabytes:0} MB, {Handles} handles, {Threads} threads, state {State:N0}, late {Late:N0}");

    private static double Sum(string text, string start) =>
        text.Split('\n').Where(line => line.StartsWith(start, StringComparison.Ordinal)).Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
