using Detector.Host.Replay;

namespace Detector.Host.Run.Settings;

/// <summary>The past that is read before the first live record, so that rules that have to know it do.</summary>
internal sealed record WarmUpSettings
{
    /// <summary>The workspace that has it; null where files have it.</summary>
    public WorkspaceOptions? Workspace { get; init; }

    /// <summary>Files and folders that have it; none where a workspace has it.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>From when on, UTC; null for <see cref="Days"/> before its end.</summary>
    public DateTime? Since { get; init; }

    /// <summary>Until when, UTC; null for the moment at which the worker starts. What happened from then on is live, as far as the source still has it.</summary>
    public DateTime? Until { get; init; }

    /// <summary>How many days back from its end; null for all that files hold.</summary>
    public int? Days { get; init; }

    /// <summary>Whether the worker goes on without it when it cannot be read; otherwise it tries until it can.</summary>
    public bool GoesOnWithout { get; init; }

    /// <summary>What is read, for people.</summary>
    public string Name => Workspace is { } workspace ? $"log-analytics/{workspace.Id:D}" : string.Join(", ", Paths);

    /// <summary>The first moment that is read and the first that is not, when the worker starts at <paramref name="now"/>.</summary>
    public (DateTime Since, DateTime Until) Span(DateTime now)
    {
        var until = Until < now ? Until.Value : now;
        return (Since ?? (Days is { } days ? until - TimeSpan.FromDays(days) : DateTime.MinValue), until);
    }

    /// <summary>The settings below <c>WarmUp</c>; null when there are none.</summary>
    public static WarmUpSettings? Read(SettingsReader reader)
    {
        const string Section = "WarmUp:";
        var isThere = reader.Has("WarmUp");
        var (id, paths, tables) = (reader.Text($"{Section}Workspace"), reader.List($"{Section}Paths"), reader.List($"{Section}Tables"));
        var auth = reader.Choice($"{Section}Auth", Credentials.ManagedIdentity, Credentials.Entra);
        var (clientId, endpoint, since, _) = (reader.Text($"{Section}ClientId"), reader.Text($"{Section}Endpoint"), reader.Text($"{Section}Since"), reader.Text($"{Section}Until"));
        var days = reader.Number($"{Section}Days", 1, 4_000);
        var goesOn = reader.Choice($"{Section}OnFailure", "wait", ["wait", "go-on"]) == "go-on";
        if (!isThere) return null;

        if (id is null == (paths.Count == 0)) reader.Reject("WarmUp", "Name what to read the past from: WarmUp:Workspace or WarmUp:Paths, and not both.");
        var workspace = Guid.Empty;
        if (id is not null && !Guid.TryParseExact(id, "D", out workspace)) reader.Reject($"{Section}Workspace", $"'{id}' is no workspace ID. Write it as 00000000-0000-0000-0000-000000000000; it is on the overview page of the workspace.");
        if (endpoint is not null && !WorkspaceOptions.IsEndpoint(endpoint)) reader.Reject($"{Section}Endpoint", $"'{endpoint}' is no https address.");
        foreach (var table in tables.Where(table => !WorkspaceOptions.IsTable(table))) reader.Reject($"{Section}Tables", $"'{table}' is no name of a table.");
        if (since is not null && days is not null) reader.Reject($"{Section}Since", "WarmUp:Days says it too. Take one of them away.");
        var (from, to) = (Time(reader, $"{Section}Since"), Time(reader, $"{Section}Until"));
        if (from >= to) reader.Reject($"{Section}Until", "It is not after WarmUp:Since.");
        if (reader.Problems.Count > 0) return null;
        return new WarmUpSettings
        {
            Workspace = id is null ? null : new WorkspaceOptions { Id = workspace, Credential = Azure.Credentials.Words[auth], ClientId = clientId, Endpoint = endpoint is null ? null : new Uri(endpoint), Tables = tables },
            Paths = paths,
            Since = from,
            Until = to,
            Days = days ?? (id is null || since is not null ? null : DaysUnlessSaid),
            GoesOnWithout = goesOn,
        };
    }

    private static DateTime? Time(SettingsReader reader, string key)
    {
        if (reader.Text(key) is not { } text) return null;
        if (TimeArgument.TryParse(text, TimeZoneInfo.Utc, out var time)) return time;
        reader.Reject(key, $"'{text}' is no time. Write it as 2026-03-01 or 2026-03-01T22:00:00Z.");
        return null;
    }

    // What a workspace keeps without being paid for it.
    private const int DaysUnlessSaid = 30;
}
