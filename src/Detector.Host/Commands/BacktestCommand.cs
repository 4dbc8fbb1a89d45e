using System.CommandLine;
using Detector.Host.Backtest;
using Detector.Host.Replay;

namespace Detector.Host.Commands;

/// <summary><c>detector rules backtest</c>: which alerts a change of the rules brings, takes away or alters.</summary>
internal static class BacktestCommand
{
    public static Command Make(HostStreams streams, CancellationToken stop)
    {
        var before = new Argument<string>("OLD") { Description = $"Folder of rules as they are; '{LoadedRules.ShippedWord}' means those that are built in." };
        var after = new Argument<string>("NEW") { Description = "Folder of rules as they shall be." };
        var paths = ReplayArguments.Paths("LOGS");
        var format = new Option<AlertFormat>("--format") { Description = "table for people, ndjson for programs.", HelpName = "table|ndjson", DefaultValueFactory = _ => AlertFormat.Table };
        format.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<AlertFormat>());
        var since = ReplayArguments.Since();
        var until = ReplayArguments.Until();
        var lateness = ReplayArguments.Lateness();
        var threads = ReplayArguments.Threads();
        var noProgress = ReplayArguments.NoProgress();
        var command = new Command("backtest", "Replays logs under two folders of rules and tells which alerts appear, disappear or change. Exit code 1 when any does.")
        {
            before, after, paths, format, since, until, lateness, threads, noProgress,
        };
        command.SetAction(parsed => BacktestRun.Run(
            new BacktestOptions
            {
                Old = parsed.GetRequiredValue(before),
                New = parsed.GetRequiredValue(after),
                Paths = parsed.GetRequiredValue(paths),
                Format = parsed.GetValue(format),
                Since = parsed.GetValue(since),
                Until = parsed.GetValue(until),
                Lateness = parsed.GetValue(lateness),
                Threads = parsed.GetValue(threads),
                HasProgress = !parsed.GetValue(noProgress),
            },
            streams,
            stop));
        return command;
    }
}
