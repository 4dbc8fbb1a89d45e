using System.CommandLine;
using Detector.Host.Explain;

namespace Detector.Host.Commands;

/// <summary><c>detector rules explain</c>: why a rule matches a record or not, condition by condition.</summary>
internal static class ExplainCommand
{
    public static Command Make(HostStreams streams, CancellationToken stop)
    {
        var rule = new Argument<string>("RULE") { Description = "A rule by its name, id or file." };
        var record = new Argument<string>("EVENT") { Description = "A file with the record, in any shape that replay reads; - is standard input." };
        var folder = ReplayArguments.Rules();
        var number = new Option<int>("--record") { Description = "Which record of the file, counted from 1.", HelpName = "N", DefaultValueFactory = _ => 1 };
        number.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var count) && count < 1) result.AddError("--record counts from 1.");
        });
        var command = new Command("explain", "Tells why a rule matches a record or not: each condition, whether it held, and what the record has.") { rule, record, folder, number };
        command.SetAction(parsed => ExplainRun.Run(parsed.GetRequiredValue(rule), parsed.GetRequiredValue(record), parsed.GetValue(folder), parsed.GetValue(number), streams, stop));
        return command;
    }
}
