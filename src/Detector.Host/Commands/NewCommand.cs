using System.CommandLine;
using Detector.Engine.Rules;
using Detector.Host.Scaffold;

namespace Detector.Host.Commands;

/// <summary><c>detector rules new</c>: begins a rule.</summary>
internal static class NewCommand
{
    public static Command Make(HostStreams streams)
    {
        var kinds = RuleKinds.All.Select(known => known.Kind).ToArray();
        var kind = new Option<string?>("--kind") { Description = "What the rule looks for.", HelpName = string.Join('|', kinds) };
        kind.AcceptOnlyFromAmong(kinds);
        var title = new Option<string?>("--title") { Description = "Its title, for people.", HelpName = "TEXT" };
        var name = new Option<string?>("--name") { Description = "Its name, for other rules and its file (default: from the title).", HelpName = "NAME" };
        var level = new Option<Severity?>("--level") { Description = "How much its alerts matter (default: medium).", HelpName = "informational|low|medium|high|critical" };
        level.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<Severity>());
        var on = new Option<string[]>("--on") { Description = "The rules that it looks at, by name (default: building blocks of the folder). Not for kind sigma.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
        var folder = new Option<string?>("--rules") { Description = "Folder of rules that it shall belong to (default: ./rules, made when it is not there).", HelpName = "DIR" };
        var output = new Option<string?>("--out") { Description = "Its file (default: by its name, in the folder of rules).", HelpName = "FILE" };
        var command = new Command("new", "Begins a rule: asks what is not told, and writes a file that passes lint and fails its test until it is written, with a runbook.") { kind, title, name, level, on, folder, output };
        command.SetAction(parsed => NewRule.Run(
            new DraftOptions
            {
                Kind = parsed.GetValue(kind),
                Title = parsed.GetValue(title),
                Name = parsed.GetValue(name),
                Level = parsed.GetValue(level),
                On = parsed.GetValue(on) ?? [],
                Rules = parsed.GetValue(folder),
                Output = parsed.GetValue(output),
            },
            streams));
        return command;
    }
}
