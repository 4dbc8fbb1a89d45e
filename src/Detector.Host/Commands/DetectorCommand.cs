using System.CommandLine;
using System.CommandLine.Parsing;

namespace Detector.Host.Commands;

/// <summary>The command line: one command class for each verb, listed here and nowhere else.</summary>
internal static class DetectorCommand
{
    // EPIPE: whoever read the output has seen enough.
    private const int BrokenPipe = 32;

    /// <summary>Runs one command line to its end.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> args, HostStreams streams, CancellationToken stop)
    {
        var root = new RootCommand("Tells which privileged role activations in Microsoft Entra logs are risky, and why.")
        {
            ReplayCommand.Make(streams, stop),
            RunCommand.Make(streams, stop),
            SmokeCommand.Make(streams, stop),
            HealthCommand.Make(streams, stop),
            SinksCommand.Make(streams, stop),
            RulesCommand.Make(streams, stop),
            LogsCommand.Make(streams, stop),
            DemoCommand.Make(streams, stop),
            BrokerCommand.Make(streams, stop),
            FoldCommand.Make(streams),
        };

        // An '@' begins user names in log folders as well as response files: nothing here needs those.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        using var output = new StreamWriter(streams.Out, leaveOpen: true) { AutoFlush = true };
        var invocation = new InvocationConfiguration { Output = output, Error = streams.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        if (parsed.Errors.Count == 0) return Invoke(parsed, invocation, streams);

        foreach (var error in parsed.Errors) streams.Error.WriteLine($"error: {error.Message}");
        foreach (var (wrong, near) in parsed.UnmatchedTokens.Select(token => (token, Near(token, parsed.CommandResult))))
        {
            if (near is not null) streams.Error.WriteLine($"Did you mean '{near}' for '{wrong}'?");
        }

        streams.Error.WriteLine($"'{Path(parsed.CommandResult)} --help' lists what there is.");
        return ExitCode.Usage;
    }

    private static int Invoke(ParseResult parsed, InvocationConfiguration invocation, HostStreams streams)
    {
        try
        {
            return parsed.Invoke(invocation);
        }
        catch (IOException cause) when (cause.HResult == BrokenPipe)
        {
            return ExitCode.Done;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            streams.Error.WriteLine($"error: {cause.Message} Check that there is room and that the file may be written.");
            return ExitCode.Usage;
        }
    }

    private static string? Near(string wrong, CommandResult at)
    {
        var known = at.Command.Subcommands.Select(sub => sub.Name).Concat(at.Command.Options.Select(option => option.Name)).ToList();
        for (var above = at.Parent as CommandResult; above is not null; above = above.Parent as CommandResult)
            known.AddRange(above.Command.Options.Where(option => option.Recursive).Select(option => option.Name));
        return Nearest.Of(wrong, known);
    }

    private static string Path(SymbolResult result) => result is CommandResult { Command: var command, Parent: var parent }
        ? parent is null ? "detector" : $"{Path(parent)} {command.Name}"
        : "detector";
}
