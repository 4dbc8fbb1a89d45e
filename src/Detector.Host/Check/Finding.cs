using System.Text.Json;

namespace Detector.Host.Check;

/// <summary>An alert that the truth expects.</summary>
/// <param name="Story">Kind of what was planted.</param>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Severity">Its level; null for any.</param>
/// <param name="Score">Its points; null for any.</param>
/// <param name="Records">Ids of records, and times of records without one, that must be among its evidence.</param>
internal sealed record Expectation(string Story, string Rule, string? Severity, int? Score, IReadOnlyList<string> Records)
{
    /// <summary>Reads a line of a truth file.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static IReadOnlyList<Expectation> Read(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("expected", out var expected) || expected.ValueKind != JsonValueKind.Array) throw new JsonException("it has no list 'expected'");
        var story = Text(root, "kind") ?? "";
        return [.. expected.EnumerateArray().Select(alert => new Expectation(
            story,
            Text(alert, "rule") ?? throw new JsonException("an expected alert has no 'rule'"),
            Text(alert, "severity"),
            alert.TryGetProperty("score", out var score) && score.ValueKind == JsonValueKind.Number ? score.GetInt32() : null,
            [.. Ids(alert), .. Text(alert, "recordTime") is { } time ? [time] : Array.Empty<string>()]))];
    }

    private static string[] Ids(JsonElement alert) => alert.TryGetProperty("recordIds", out var ids) && ids.ValueKind == JsonValueKind.Array ? [.. ids.EnumerateArray().Select(id => id.GetString() ?? "")] : [];

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>An alert that was given.</summary>
/// <param name="Id">Its id, by which revisions are known.</param>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Severity">Its level.</param>
/// <param name="Score">Its points; null where the rule has none.</param>
/// <param name="Time">What it tells of, when.</param>
/// <param name="Records">Ids and times of its evidence.</param>
/// <param name="IsGone">A later revision took it back, or made it part of another.</param>
internal sealed record Finding(string Id, string Rule, string Severity, int? Score, string Time, IReadOnlySet<string> Records, bool IsGone)
{
    /// <summary>Reads an alert, version 1.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static Finding Read(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("alertId", out var id) || !root.TryGetProperty("ruleName", out var rule)) throw new JsonException("it is no alert: 'alertId' or 'ruleName' is missing");
        var records = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var record in root.GetProperty("evidence").EnumerateArray())
        {
            if (record.GetProperty("id").GetString() is { } own) records.Add(own);
            if (record.GetProperty("time").GetString() is { } time) records.Add(time);
        }

        var isGone = root.TryGetProperty("mergedInto", out _) || root.GetProperty("factors").EnumerateArray().Any(factor => factor.GetProperty("id").GetString() is "withdrawn");
        return new Finding(
            id.GetString() ?? "", rule.GetString() ?? "", root.GetProperty("severity").GetString() ?? "",
            root.GetProperty("score") is { ValueKind: JsonValueKind.Number } score ? score.GetInt32() : null,
            root.GetProperty("eventTime").GetString() ?? "", records, isGone);
    }

    /// <summary>Whether it is what the truth expects.</summary>
    public bool Answers(Expectation expectation) =>
        string.Equals(Rule, expectation.Rule, StringComparison.Ordinal)
        && (expectation.Severity is null || string.Equals(Severity, expectation.Severity, StringComparison.OrdinalIgnoreCase))
        && (expectation.Score is null || expectation.Score == Score)
        && expectation.Records.All(Records.Contains);
}
