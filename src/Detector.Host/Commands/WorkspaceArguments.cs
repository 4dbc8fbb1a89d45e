using System.CommandLine;
using System.CommandLine.Parsing;
using Detector.Host.Azure;
using Detector.Host.Replay;

namespace Detector.Host.Commands;

/// <summary>The options that replay a Log Analytics workspace in the place of files.</summary>
internal sealed class WorkspaceArguments
{
    private const string Files = "files";
    private const string LogAnalytics = "log-analytics";

    private readonly Option<string> _from = new("--from") { Description = "Where records come from: files, or the query API of a Log Analytics workspace.", HelpName = $"{Files}|{LogAnalytics}", DefaultValueFactory = _ => Files };
    private readonly Option<string?> _workspace = new("--workspace") { Description = "With --from log-analytics: the workspace ID, from its overview page.", HelpName = "ID" };
    private readonly Option<string?> _credential = new("--credential") { Description = "With --from log-analytics: as whom (default: azure-cli, who is logged in with 'az login').", HelpName = string.Join('|', Credentials.Words.Keys) };
    private readonly Option<string?> _clientId = new("--client-id") { Description = "With --credential: of several identities, which.", HelpName = "ID" };
    private readonly Option<string?> _tables = new("--tables") { Description = "With --from log-analytics: these tables alone (default: audit and all sign-in tables).", HelpName = "NAME,…" };
    private readonly Option<string?> _endpoint = new("--endpoint") { Description = "With --from log-analytics: the query API of another cloud (default: https://api.loganalytics.azure.com).", HelpName = "URL" };

    public WorkspaceArguments()
    {
        _from.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Files, LogAnalytics);
        _credential.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. Credentials.Words.Keys]);
    }

    /// <summary>Adds the options, and holds what is given against where records come from.</summary>
    public void AddTo(Command command, Argument<string[]> paths, Option<string?> since)
    {
        Option[] ours = [_workspace, _credential, _clientId, _tables, _endpoint];
        command.Options.Add(_from);
        foreach (var option in ours) command.Options.Add(option);
        paths.Arity = ArgumentArity.ZeroOrMore;
        command.Validators.Add(result =>
        {
            var hasPaths = result.GetResult(paths) is { Tokens.Count: > 0 };
            if (Is(result, Files))
            {
                if (!hasPaths) result.AddError($"Required argument missing for command: '{command.Name}'.");
                foreach (var option in ours.Where(option => result.GetResult(option) is { Implicit: false })) result.AddError($"{option.Name} needs --from log-analytics.");
                return;
            }

            if (!Is(result, LogAnalytics)) return;
            if (hasPaths) result.AddError("--from log-analytics reads a workspace, and no paths.");
            if (result.GetResult(since) is null) result.AddError("--from log-analytics needs --since: the time from which to read.");
            if (result.GetValue(_workspace) is not { } id) result.AddError("--from log-analytics needs --workspace: the ID on the overview page of the workspace.");
            else if (!Guid.TryParseExact(id, "D", out _)) result.AddError($"--workspace: '{id}' is no workspace ID. Write it as 00000000-0000-0000-0000-000000000000; it is on the overview page of the workspace.");
            if (result.GetValue(_endpoint) is { } endpoint && !WorkspaceOptions.IsEndpoint(endpoint)) result.AddError($"--endpoint: '{endpoint}' is no https address.");
            foreach (var table in Tables(result.GetValue(_tables)).Where(table => !WorkspaceOptions.IsTable(table))) result.AddError($"--tables: '{table}' is no name of a table.");
        });
    }

    /// <summary>What was given; null where files are to be read.</summary>
    public WorkspaceOptions? From(ParseResult parsed) => Is(parsed.CommandResult, Files)
        ? null
        : new WorkspaceOptions
        {
            Id = Guid.ParseExact(parsed.GetValue(_workspace)!, "D"),
            Credential = Credentials.Words[parsed.GetValue(_credential) ?? "azure-cli"],
            ClientId = parsed.GetValue(_clientId),
            Endpoint = parsed.GetValue(_endpoint) is { } endpoint ? new Uri(endpoint) : null,
            Tables = Tables(parsed.GetValue(_tables)),
        };

    private static string[] Tables(string? names) => (names ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private bool Is(SymbolResult result, string origin) => string.Equals(result.GetValue(_from) ?? Files, origin, StringComparison.OrdinalIgnoreCase);
}
