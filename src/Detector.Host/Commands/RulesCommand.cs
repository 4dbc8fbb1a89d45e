using System.CommandLine;

namespace Detector.Host.Commands;

/// <summary><c>detector rules</c>: the author's bench.</summary>
internal static class RulesCommand
{
    public static Command Make(HostStreams streams, CancellationToken stop) => new("rules", "Makes, checks, explains and compares rules.")
    {
        ListCommand.Make(streams),
        NewCommand.Make(streams),
        LintCommand.Make(streams),
        TestCommand.Make(streams),
        ExplainCommand.Make(streams, stop),
        BacktestCommand.Make(streams, stop),
        CoverageCommand.Make(streams),
    };

    /// <summary><c>1 rule</c>, <c>2 rules</c>.</summary>
    public static string Words(int count, string word) => $"{count} {word}{(count == 1 ? "" : "s")}";
}
