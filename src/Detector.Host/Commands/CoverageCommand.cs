using System.CommandLine;
using System.Globalization;
using Detector.Host.Coverage;
using Detector.Sinks.Console;

namespace Detector.Host.Commands;

/// <summary><c>detector rules coverage</c>: which techniques of ATT&amp;CK the rules alert on.</summary>
internal static class CoverageCommand
{
    private const int NameCharsMax = 80;

    public static Command Make(HostStreams streams)
    {
        var folder = ReplayArguments.Rules();
        var navigator = new Option<string?>("--navigator") { Description = $"Write a layer for the ATT&CK Navigator (format {NavigatorLayer.LayerVersion}) to this file; - is standard output, without the table.", HelpName = "FILE" };
        var command = new Command("coverage", "Tells which ATT&CK techniques the rules alert on.") { folder, navigator };
        command.SetAction(parsed => Run(parsed.GetValue(folder), parsed.GetValue(navigator), streams));
        return command;
    }

    private static int Run(string? folder, string? navigator, HostStreams streams)
    {
        if (LoadedRules.LoadToRun(folder, streams) is not { Rules: { } rules }) return ExitCode.Usage;
        var coverage = new AttackCoverage(rules);
        if (string.Equals(navigator, "-", StringComparison.Ordinal))
        {
            NavigatorLayer.Write(streams.Out, coverage);
            streams.Out.Write("\n"u8);
            return ExitCode.Done;
        }

        if (navigator is not null)
        {
            using var layer = File.Create(navigator);
            NavigatorLayer.Write(layer, coverage);
            layer.Write("\n"u8);
        }

        using var output = new StreamWriter(streams.Out, leaveOpen: true);
        WriteTable(output, coverage);
        return ExitCode.Done;
    }

    private static void WriteTable(TextWriter output, AttackCoverage coverage)
    {
        foreach (var tactic in coverage.Techniques.GroupBy(covered => covered.Tactic))
        {
            output.WriteLine(tactic.Key is { } tag ? Clean(AttackTactics.Name(tag)) : "no tactic named");
            foreach (var covered in tactic) output.WriteLine($"  {Clean(covered.Technique),-10}  {string.Join(", ", covered.Rules.Select(rule => Clean(rule.Name)))}");
        }

        if (coverage.Untagged.Count > 0) output.WriteLine($"no technique named: {string.Join(", ", coverage.Untagged.Select(rule => Clean(rule.Name)))}");
        var (techniques, tactics) = (coverage.Techniques.Select(covered => covered.Technique).Distinct(StringComparer.Ordinal).Count(), coverage.Techniques.Select(covered => covered.Tactic).OfType<string>().Distinct(StringComparer.Ordinal).Count());
        var rules = coverage.Techniques.SelectMany(covered => covered.Rules).Concat(coverage.Untagged).Select(rule => rule.Name).Distinct(StringComparer.Ordinal).Count();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rules} rules that alert, {techniques} techniques, {tactics} of {AttackTactics.All.Count} tactics"));
    }

    private static string Clean(string text) => TerminalText.Clean(text, NameCharsMax);
}
