using System.CommandLine;
using Detector.Rules.Tests;

namespace Detector.Host.Commands;

/// <summary><c>detector rules test</c>: the tests inside the rules.</summary>
internal static class TestCommand
{
    public static Command Make(HostStreams streams)
    {
        var folder = ReplayArguments.Rules();
        var command = new Command("test", "Runs the tests inside the rules.") { folder };
        command.SetAction(parsed => Run(parsed.GetValue(folder), streams));
        return command;
    }

    private static int Run(string? folder, HostStreams streams)
    {
        if (LoadedRules.LoadToRun(folder, streams) is not { } loaded) return ExitCode.Usage;
        using var output = new StreamWriter(streams.Out, leaveOpen: true);
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
}
