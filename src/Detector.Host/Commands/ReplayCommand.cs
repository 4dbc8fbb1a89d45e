using System.CommandLine;
using Detector.Engine.Rules;
using Detector.Host.Replay;

namespace Detector.Host.Commands;

/// <summary><c>detector replay</c>: recorded logs in, alerts out.</summary>
internal static class ReplayCommand
{
    public static Command Make(HostStreams streams, CancellationToken stop)
    {
        var paths = ReplayArguments.Paths("PATH");
        var rules = ReplayArguments.Rules();
        var only = new Option<string?>("--only") { Description = "Run these rules alone, by name, with those that they look at.", HelpName = "NAME,…" };
        var tenant = new Option<string?>("--tenant") { Description = "A tenant.yaml to lay over that of the rules, key by key.", HelpName = "FILE" };
        var format = new Option<AlertFormat>("--format") { Description = "ndjson for programs, table for people.", HelpName = "ndjson|table", DefaultValueFactory = _ => AlertFormat.Ndjson };
        var output = new Option<string?>("--out") { Description = "Write alerts to this file instead of standard output. It is emptied first.", HelpName = "FILE" };
        var revisions = new Option<AlertRevisions>("--revisions") { Description = "final: each alert once, as it ends; all: each revision when it would have been sent.", HelpName = "final|all", DefaultValueFactory = _ => AlertRevisions.Final };
        var since = ReplayArguments.Since();
        var until = ReplayArguments.Until();
        var lateness = ReplayArguments.Lateness();
        var rejects = new Option<string?>("--rejects") { Description = "Write what could not be read, and what came too late, to this file, a JSON line each.", HelpName = "FILE" };
        var failOn = new Option<Severity?>("--fail-on") { Description = "Exit with 1 when an alert is at least so severe.", HelpName = "informational|low|medium|high|critical" };
        var threads = ReplayArguments.Threads();
        var noProgress = ReplayArguments.NoProgress();
        var workspace = new WorkspaceArguments();
        format.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<AlertFormat>());
        revisions.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<AlertRevisions>());
        failOn.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<Severity>());

        var command = new Command("replay", "Reads recorded logs and writes the alerts they give, the same as if they had come in live.")
        {
            paths, rules, only, tenant, format, output, revisions, since, until, lateness, rejects, failOn, threads, noProgress,
        };
        workspace.AddTo(command, paths, since);
        command.SetAction(parsed => ReplayRun.Run(
            new ReplayOptions
            {
                Paths = parsed.GetValue(paths) ?? [],
                Workspace = workspace.From(parsed),
                Rules = parsed.GetValue(rules),
                Only = (parsed.GetValue(only) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                Tenant = parsed.GetValue(tenant),
                Format = parsed.GetValue(format),
                Output = parsed.GetValue(output),
                Revisions = parsed.GetValue(revisions),
                Since = parsed.GetValue(since),
                Until = parsed.GetValue(until),
                Lateness = parsed.GetValue(lateness),
                Rejects = parsed.GetValue(rejects),
                FailOn = parsed.GetValue(failOn),
                Threads = parsed.GetValue(threads),
                HasProgress = !parsed.GetValue(noProgress),
            },
            streams,
            stop));
        return command;
    }
}
