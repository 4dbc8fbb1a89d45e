using Detector.Host.Replay;

namespace Detector.Host.Run.Settings;

/// <summary>The past that is read before the first live record, so that rules that have to know it do.</summary>
internal sealed record WarmUpSettings
{
    public static IReadOnlyList<string> Auths { get; } = [EventHubsSettings.ManagedIdentity, EventHubsSettings.WorkloadIdentity, EventHubsSettings.AzureCli];

    /// <summary>The workspace that has it; null where files have it.</summary>
    public WorkspaceOptions? Workspace { get; init; }

    /// <summary>Files and folders that have it; none where a workspace has it.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>From when on, UTC; null for <see cref="Days"/> before now.</summary>
    public DateTime? Since { get; init; }

    /// <summary>How many days back; null for all that files hold.</summary>
    public int? Days { get; init; }

    /// <summary>Whether the worker goes on without it when it cannot be read; otherwise it tries until it can.</summary>
    public bool GoesOnWithout { get; init; }

    /// <summary>What is read, for people.</summary>
    public string Name => Workspace is { } workspace ? $"log-analytics/{workspace.Id:D}" : string.Join(", ", Paths);

    /// <summary>The first moment that is read, when the worker starts at <paramref name="now"/>.</summary>
    public DateTime From(DateTime now) => Since ?? (Days is { } days ? now - TimeSpan.FromDays(days) : DateTime.MinValue);

    /// <summary>The settings below <c>WarmUp</c>; null when there are none.</summary>
    public static WarmUpSettings? Read(SettingsReader reader)
    {
        const string Section = "WarmUp:";
        var isThere = reader.Has("WarmUp");
        var (id, paths, tables) = (reader.Text($"{Section}Workspace"), reader.List($"{Section}Paths"), reader.List($"{Section}Tables"));
        var auth = reader.Choice($"{Section}Auth", EventHubsSettings.ManagedIdentity, Auths);
        var (clientId, endpoint, since) = (reader.Text($"{Section}ClientId"), reader.Text($"{Section}Endpoint"), reader.Text($"{Section}Since"));
        var days = reader.Number($"{Section}Days", 1, 4_000);
        var goesOn = reader.Choice($"{Section}OnFailure", "wait", ["wait", "go-on"]) == "go-on";
        if (!isThere) return null;

        if (id is null == (paths.Count == 0)) reader.Reject("WarmUp", "Name what to read the past from: WarmUp:Workspace or WarmUp:Paths, and not both.");
        var workspace = Guid.Empty;
        if (id is not null && !Guid.TryParseExact(id, "D", out workspace)) reader.Reject($"{Section}Workspace", $"'{id}' is no workspace ID. Write it as 00000000-0000-0000-0000-000000000000; it is on the overview page of the workspace.");
        if (endpoint is not null && !WorkspaceOptions.IsEndpoint(endpoint)) reader.Reject($"{Section}Endpoint", $"'{endpoint}' is no https address.");
        foreach (var table in tables.Where(table => !WorkspaceOptions.IsTable(table))) reader.Reject($"{Section}Tables", $"'{table}' is no name of a table.");
        if (since is not null && days is not null) reader.Reject($"{Section}Since", "WarmUp:Days says it too. Take one of them away.");
        var from = DateTime.MinValue;
        if (since is not null && !TimeArgument.TryParse(since, TimeZoneInfo.Utc, out from)) reader.Reject($"{Section}Since", $"'{since}' is no time. Write it as 2026-03-01 or 2026-03-01T22:00:00Z.");
        if (reader.Problems.Count > 0) return null;
        return new WarmUpSettings
        {
            Workspace = id is null ? null : new WorkspaceOptions { Id = workspace, Credential = Azure.Credentials.Words[auth], ClientId = clientId, Endpoint = endpoint is null ? null : new Uri(endpoint), Tables = tables },
            Paths = paths,
            Since = since is null ? null : from,
            Days = days ?? (id is null || since is not null ? null : DaysUnlessSaid),
            GoesOnWithout = goesOn,
        };
    }

    // What a workspace keeps without being paid for it.
    private const int DaysUnlessSaid = 30;
}
