using System.CommandLine;
using System.Text.Json;
using Detector.Host.Check;
using Detector.Host.Replay;

namespace Detector.Host.Commands;

/// <summary><c>detector logs check</c>: alerts against the truth of the logs that they come from.</summary>
internal static class CheckCommand
{
    public static Command Make(HostStreams streams)
    {
        var alerts = new Argument<string>("ALERTS") { Description = "Alerts as replay writes them, a JSON line each; - is standard input. Of several revisions the last counts." };
        var truth = new Option<string>("--truth") { Description = "What the logs hold, as generate writes it: a JSON line for each story, with the alerts that it should give.", HelpName = "FILE", Required = true };
        var only = new Option<string?>("--only") { Description = "Look at these rules alone, by name.", HelpName = "NAME,…" };
        var format = new Option<AlertFormat>("--format") { Description = "table for people, ndjson for programs.", HelpName = "table|ndjson", DefaultValueFactory = _ => AlertFormat.Table };
        format.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<AlertFormat>());
        var command = new Command("check", "Tells for each rule what was planted, found, missed and unexplained; exits with 1 when anything was missed or is unexplained.") { alerts, truth, only, format };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(alerts), parsed.GetRequiredValue(truth), parsed.GetValue(only), parsed.GetValue(format), streams));
        return command;
    }

    private static int Run(string alertsPath, string truthPath, string? only, AlertFormat format, HostStreams streams)
    {
        if (alertsPath == "-" && truthPath == "-")
        {
            streams.Error.WriteLine("error: the truth and the alerts cannot both come from standard input. Put one into a file.");
            return ExitCode.Usage;
        }

        if (Read<Expectation>(truthPath, streams, Expectation.Read) is not { } expected) return ExitCode.Input;
        if (Read<Finding>(alertsPath, streams, line => [Finding.Read(line)]) is not { } given) return ExitCode.Input;
        var names = (only ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal);
        var unknown = names.Where(name => !expected.Exists(expectation => expectation.Rule == name) && !given.Exists(alert => alert.Rule == name)).ToList();
        if (unknown.Count > 0)
        {
            streams.Error.WriteLine($"error: --only: neither the truth nor the alerts have a rule '{unknown[0]}'; there is nothing to check.");
            return ExitCode.Usage;
        }

        var found = given.GroupBy(alert => alert.Id, StringComparer.OrdinalIgnoreCase).Select(revisions => revisions.Last()).Where(alert => !alert.IsGone && IsAsked(alert.Rule)).ToList();
        var verdict = Verdict.Of([.. expected.Where(expectation => IsAsked(expectation.Rule))], found);
        if (format == AlertFormat.Ndjson)
        {
            CheckReport.WriteLines(streams.Out, verdict);
        }
        else
        {
            using var output = new StreamWriter(streams.Out, leaveOpen: true);
            CheckReport.WriteTable(output, verdict);
        }

        return verdict.Missed.Count + verdict.Unexplained.Count > 0 ? ExitCode.Found : ExitCode.Done;

        bool IsAsked(string rule) => names.Count == 0 || names.Contains(rule);
    }

    private static List<T>? Read<T>(string path, HostStreams streams, Func<string, IReadOnlyList<T>> parse)
    {
        var number = 0;
        try
        {
            using var reader = path == "-" ? new StreamReader(streams.In ?? Console.OpenStandardInput()) : new StreamReader(path);
            var read = new List<T>();
            while (reader.ReadLine() is { } line)
            {
                number++;
                if (!string.IsNullOrWhiteSpace(line)) read.AddRange(parse(line));
            }

            return read;
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            streams.Error.WriteLine($"error: {path}:{number}: the line cannot be read: {cause.Message.TrimEnd('.')}.");
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            streams.Error.WriteLine($"error: {path} cannot be read: {cause.Message}");
        }

        return null;
    }
}
