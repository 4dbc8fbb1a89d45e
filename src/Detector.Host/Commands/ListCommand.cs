using System.CommandLine;

namespace Detector.Host.Commands;

/// <summary><c>detector rules list</c>: the rules of a folder.</summary>
internal static class ListCommand
{
    public static Command Make(HostStreams streams)
    {
        var folder = ReplayArguments.Rules();
        var command = new Command("list", "Lists the rules.") { folder };
        command.SetAction(parsed => Run(parsed.GetValue(folder), streams));
        return command;
    }

    private static int Run(string? folder, HostStreams streams)
    {
        if (LoadedRules.LoadToRun(folder, streams) is not { Rules: { } rules }) return ExitCode.Usage;
        using var output = new StreamWriter(streams.Out, leaveOpen: true);
        var rows = rules.All.Select(rule => (rule.Name, Kind: RuleWords.Kind(rule), Level: RuleWords.Level(rule), rule.Title, rule.File))
            .OrderBy(row => row.Name, StringComparer.Ordinal).ToList();
        if (rows.Count == 0) return ExitCode.Done;
        var (name, kind, level) = (rows.Max(row => row.Name.Length), rows.Max(row => row.Kind.Length), rows.Max(row => row.Level.Length));
        foreach (var row in rows) output.WriteLine($"{row.Name.PadRight(name)}  {row.Kind.PadRight(kind)}  {row.Level.PadRight(level)}  {row.Title}  ({row.File})");
        return ExitCode.Done;
    }
}
