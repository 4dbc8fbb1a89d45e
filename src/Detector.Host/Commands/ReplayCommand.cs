using System.CommandLine;
using System.CommandLine.Parsing;
using Detector.Engine.Rules;
using Detector.Host.Replay;

namespace Detector.Host.Commands;

/// <summary><c>detector replay</c>: recorded logs in, alerts out.</summary>
internal static class ReplayCommand
{
    public static Command Make(HostStreams streams, CancellationToken stop)
    {
        var paths = new Argument<string[]>("PATH") { Description = "Files or folders of .json, .ndjson, .jsonl or .csv, each also .gz; - is standard input. The shape is detected.", Arity = ArgumentArity.OneOrMore };
        var rules = new Option<string?>("--rules") { Description = "Folder of rules (default: ./rules when it exists, else the rules that are shipped).", HelpName = "DIR" };
        var format = new Option<AlertFormat>("--format") { Description = "ndjson for programs, table for people.", HelpName = "ndjson|table", DefaultValueFactory = _ => AlertFormat.Ndjson };
        var output = new Option<string?>("--out") { Description = "Write alerts to this file instead of standard output. It is emptied first.", HelpName = "FILE" };
        var revisions = new Option<AlertRevisions>("--revisions") { Description = "final: each alert once, as it ends; all: each revision when it would have been sent.", HelpName = "final|all", DefaultValueFactory = _ => AlertRevisions.Final };
        var since = new Option<string?>("--since") { Description = "Leave out records before this time: ISO 8601; without an offset, and for a date alone, in the tenant's time zone.", HelpName = "T" };
        var until = new Option<string?>("--until") { Description = "Leave out records from this time on.", HelpName = "T" };
        var lateness = new Option<TimeSpan?>("--lateness") { Description = "How long after its time a record may come and still count: 30m, 1h, 00:45:00 (default: the tenant's).", HelpName = "SPAN", CustomParser = TimeArgument.ParseSpan };
        var rejects = new Option<string?>("--rejects") { Description = "Write what could not be read, and what came too late, to this file, a JSON line each.", HelpName = "FILE" };
        var failOn = new Option<Severity?>("--fail-on") { Description = "Exit with 1 when an alert is at least so severe.", HelpName = "informational|low|medium|high|critical" };
        var threads = new Option<int>("--threads") { Description = "Threads that read (default: one for each core). The result does not depend on it.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };
        var noProgress = new Option<bool>("--no-progress") { Description = "No progress line." };
        format.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<AlertFormat>());
        revisions.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<AlertRevisions>());
        failOn.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<Severity>());
        threads.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var count) && count is < 1 or > ReplayOptions.ThreadsMax)
                result.AddError($"--threads must be from 1 to {ReplayOptions.ThreadsMax}.");
        });

        // Any word could be a path; one that looks like an option and is no file is a mistyped option.
        paths.Validators.Add(result =>
        {
            foreach (var word in result.Tokens.Select(token => token.Value).Where(word => word.Length > 1 && word[0] == '-' && !File.Exists(word)))
            {
                var near = Nearest.Of(word, (result.Parent as CommandResult)?.Command.Options.Select(option => option.Name) ?? []);
                result.AddError($"There is no option '{word}'.{(near is null ? "" : $" Did you mean '{near}'?")}");
            }
        });

        var command = new Command("replay", "Reads recorded logs and writes the alerts they give, the same as if they had come in live.")
        {
            paths, rules, format, output, revisions, since, until, lateness, rejects, failOn, threads, noProgress,
        };
        command.SetAction(parsed => ReplayRun.Run(
            new ReplayOptions
            {
                Paths = parsed.GetRequiredValue(paths),
                Rules = parsed.GetValue(rules),
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
