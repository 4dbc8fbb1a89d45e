using System.CommandLine;
using Detector.Rules;
using Detector.Rules.Tests;

namespace Detector.Host.Commands;

/// <summary><c>detector rules</c>: lint, test and list a folder of rules.</summary>
internal static class RulesCommand
{
    public static Command Make(HostStreams streams, CancellationToken stop)
    {
        var folder = ReplayArguments.Rules();
        var lint = new Command("lint", "Tells every problem of the rules: file, line, what, and what to do.") { folder };
        lint.SetAction(parsed => Lint(parsed.GetValue(folder), streams));
        var test = new Command("test", "Runs the tests inside the rules.") { folder };
        test.SetAction(parsed => Test(parsed.GetValue(folder), streams));
        var list = new Command("list", "Lists the rules.") { folder };
        list.SetAction(parsed => List(parsed.GetValue(folder), streams));
        return new Command("rules", "Checks, explains and compares rules.") { lint, test, list, ExplainCommand.Make(streams, stop), BacktestCommand.Make(streams, stop), CoverageCommand.Make(streams), NewCommand.Make(streams) };
    }

    private static int Lint(string? folder, HostStreams streams)
    {
        if (LoadedRules.Load(folder, streams, today: DateOnly.FromDateTime(streams.Clock.GetUtcNow().UtcDateTime)) is not { } loaded) return ExitCode.Usage;
        using var output = Writer(streams);
        foreach (var problem in loaded.Diagnostics) output.WriteLine(problem.ToString());
        var errors = loaded.Diagnostics.Count(problem => problem.Severity == DiagnosticSeverity.Error);
        var warnings = loaded.Diagnostics.Count(problem => problem.Severity == DiagnosticSeverity.Warning);
        output.WriteLine($"{Count(loaded)}{Words(errors, "error")}, {Words(warnings, "warning")}");
        return errors == 0 ? ExitCode.Done : ExitCode.Found;
    }

    private static int Test(string? folder, HostStreams streams)
    {
        if (LoadedRules.LoadToRun(folder, streams) is not { } loaded) return ExitCode.Usage;
        using var output = Writer(streams);
        var outcomes = RuleTestRunner.Run(loaded);
        foreach (var failed in outcomes.Where(outcome => !outcome.Passed))
        {
            output.WriteLine($"{failed.Test.File}:{failed.Test.Line}: failed: {failed.Test.RuleName}: {failed.Test.Name}");
            foreach (var difference in failed.Differences) output.WriteLine($"    {difference}");
        }

        var passed = outcomes.Count(outcome => outcome.Passed);
        output.WriteLine($"{passed} passed, {outcomes.Count - passed} failed");
        return passed == outcomes.Count ? ExitCode.Done : ExitCode.Found;
    }

    private static int List(string? folder, HostStreams streams)
    {
        if (LoadedRules.LoadToRun(folder, streams) is not { Rules: { } rules }) return ExitCode.Usage;
        using var output = Writer(streams);
        var rows = rules.All.Select(rule => (rule.Name, Kind: RuleWords.Kind(rule), Level: RuleWords.Level(rule), rule.Title, rule.File))
            .OrderBy(row => row.Name, StringComparer.Ordinal).ToList();
        if (rows.Count == 0) return ExitCode.Done;
        var (name, kind, level) = (rows.Max(row => row.Name.Length), rows.Max(row => row.Kind.Length), rows.Max(row => row.Level.Length));
        foreach (var row in rows) output.WriteLine($"{row.Name.PadRight(name)}  {row.Kind.PadRight(kind)}  {row.Level.PadRight(level)}  {row.Title}  ({row.File})");
        return ExitCode.Done;
    }

    private static string Count(RuleLoadResult loaded) =>
        loaded.Rules is { } rules ? $"{Words(rules.All.Count(), "rule")}, {Words(loaded.Tests.Count, "test")}, " : "";

    private static string Words(int count, string word) => $"{count} {word}{(count == 1 ? "" : "s")}";

    private static StreamWriter Writer(HostStreams streams) => new(streams.Out, leaveOpen: true);
}
