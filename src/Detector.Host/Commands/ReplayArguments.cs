using System.CommandLine;
using System.CommandLine.Parsing;
using Detector.Host.Replay;

namespace Detector.Host.Commands;

/// <summary>Arguments and options that every command which replays logs has.</summary>
internal static class ReplayArguments
{
    public static Argument<string[]> Paths(string name)
    {
        var paths = new Argument<string[]>(name) { Description = "Files or folders of .json, .ndjson, .jsonl or .csv, each also .gz; - is standard input. The shape is detected.", Arity = ArgumentArity.OneOrMore };

        // Any word could be a path; one that looks like an option and is no file is a mistyped option.
        paths.Validators.Add(result =>
        {
            foreach (var word in result.Tokens.Select(token => token.Value).Where(word => word.Length > 1 && word[0] == '-' && !File.Exists(word)))
            {
                var near = Nearest.Of(word, (result.Parent as CommandResult)?.Command.Options.Select(option => option.Name) ?? []);
                result.AddError($"There is no option '{word}'.{(near is null ? "" : $" Did you mean '{near}'?")}");
            }
        });
        return paths;
    }

    public static Option<string?> Rules() => new("--rules") { Description = "Folder of rules (default: ./rules when it exists, else the rules that are shipped).", HelpName = "DIR" };

    public static Option<string?> Since() => new("--since") { Description = "Leave out records before this time: ISO 8601; without an offset, and for a date alone, in the tenant's time zone.", HelpName = "T" };

    public static Option<string?> Until() => new("--until") { Description = "Leave out records from this time on.", HelpName = "T" };

    public static Option<TimeSpan?> Lateness() => new("--lateness") { Description = "How long after its time a record may come and still count: 30m, 1h, 00:45:00 (default: the tenant's).", HelpName = "SPAN", CustomParser = TimeArgument.ParseSpan };

    public static Option<int> Threads()
    {
        var threads = new Option<int>("--threads") { Description = "Threads that read (default: one for each core). The result does not depend on it.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };
        threads.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var count) && count is < 1 or > ReplayOptions.ThreadsMax)
                result.AddError($"--threads must be from 1 to {ReplayOptions.ThreadsMax}.");
        });
        return threads;
    }

    public static Option<bool> NoProgress() => new("--no-progress") { Description = "No progress line." };
}
