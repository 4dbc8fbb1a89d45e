using System.Text.Json;
using Detector.Engine.Alerts;

namespace Detector.Sinks.Delivery;

/// <summary>
/// An alert as it is read back from its public form (<see cref="AlertJson"/>), for sinks that make something else of it. Its texts were
/// written by whoever was logged, attackers among them: nothing here is markup, and every sink makes it safe for its own form.
/// </summary>
public sealed record AlertDocument
{
    /// <summary>The rule's id.</summary>
    public required string RuleId { get; init; }

    /// <summary>The rule's name.</summary>
    public required string RuleName { get; init; }

    /// <summary>The rule's title.</summary>
    public required string Title { get; init; }

    /// <summary>The score; null where the rule has none.</summary>
    public int? Score { get; init; }

    /// <summary>What counted.</summary>
    public IReadOnlyList<Factor> Factors { get; init; } = [];

    /// <summary>The tenant.</summary>
    public string? TenantId { get; init; }

    /// <summary>Who did it.</summary>
    public Principal? Actor { get; init; }

    /// <summary>To whom.</summary>
    public Principal? Target { get; init; }

    /// <summary>The role.</summary>
    public RoleInfo? Role { get; init; }

    /// <summary>The address.</summary>
    public string? Ip { get; init; }

    /// <summary>The city.</summary>
    public string? City { get; init; }

    /// <summary>The country.</summary>
    public string? Country { get; init; }

    /// <summary>The device's id.</summary>
    public string? DeviceId { get; init; }

    /// <summary>The device's name.</summary>
    public string? DeviceName { get; init; }

    /// <summary>What the actor gave as reason.</summary>
    public string? Justification { get; init; }

    /// <summary>The ticket.</summary>
    public string? Ticket { get; init; }

    /// <summary>The time that the alert is about, UTC.</summary>
    public DateTime EventTime { get; init; }

    /// <summary>Earliest evidence, UTC.</summary>
    public DateTime FirstEventTime { get; init; }

    /// <summary>Latest evidence, UTC.</summary>
    public DateTime LastEventTime { get; init; }

    /// <summary>The records behind it.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];

    /// <summary>Sigma's tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Tactics of ATT&amp;CK.</summary>
    public IReadOnlyList<string> Tactics { get; init; } = [];

    /// <summary>Techniques of ATT&amp;CK.</summary>
    public IReadOnlyList<string> Techniques { get; init; } = [];

    /// <summary>What to do, as an address.</summary>
    public string? Runbook { get; init; }

    /// <summary>The alert that this one has become part of.</summary>
    public string? MergedInto { get; init; }

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">The bytes are no alert of version 1.</exception>
    public static AlertDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Parse(document.RootElement);
        }
        catch (Exception cause) when (cause is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"These bytes are no alert: {cause.Message}", cause);
        }
    }

    private static AlertDocument Parse(JsonElement alert) => new()
    {
        RuleId = Text(alert, "ruleId") ?? "",
        RuleName = Text(alert, "ruleName") ?? "",
        Title = Text(alert, "title") ?? "",
        Score = Number(alert, "score"),
        Factors = [.. List(alert, "factors").Select(factor => new Factor(Text(factor, "id") ?? "", Number(factor, "points") ?? 0, Text(factor, "because") ?? "", [.. List(factor, "events").Select(id => id.GetString() ?? "")]))],
        TenantId = Text(alert, "tenantId"),
        Actor = Who(alert, "actor"),
        Target = Who(alert, "target"),
        Role = Section(alert, "role") is { } role ? new RoleInfo(Text(role, "id"), Text(role, "name"), Number(role, "tier")) : null,
        Ip = Text(alert, "ip"),
        City = Section(alert, "location") is { } place ? Text(place, "city") : null,
        Country = Section(alert, "location") is { } land ? Text(land, "country") : null,
        DeviceId = Section(alert, "device") is { } device ? Text(device, "id") : null,
        DeviceName = Section(alert, "device") is { } named ? Text(named, "name") : null,
        Justification = Text(alert, "justification"),
        Ticket = Text(alert, "ticket"),
        EventTime = Time(alert, "eventTime"),
        FirstEventTime = Time(alert, "firstEventTime"),
        LastEventTime = Time(alert, "lastEventTime"),
        Evidence = [.. List(alert, "evidence").Select(record => new Evidence(Text(record, "id") ?? "", Time(record, "time"), Text(record, "category"), Text(record, "operation"), Text(record, "result")))],
        Tags = Texts(alert, "tags"),
        Tactics = Texts(alert, "tactics"),
        Techniques = Texts(alert, "techniques"),
        Runbook = Text(alert, "runbook"),
        MergedInto = Text(alert, "mergedInto"),
    };

    private static Principal? Who(JsonElement alert, string name) => Section(alert, name) is { } who ? new Principal(Text(who, "id"), Text(who, "upn")) : null;

    private static JsonElement? Section(JsonElement from, string name) => from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private static string? Text(JsonElement from, string name) => from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement from, string name) => from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    private static DateTime Time(JsonElement from, string name) => from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetDateTime() : default;

    private static JsonElement.ArrayEnumerator List(JsonElement from, string name) => from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;

    private static List<string> Texts(JsonElement from, string name) => [.. List(from, name).Select(text => text.GetString() ?? "")];
}
