using System.Text;
using System.Text.Json;

namespace Detector.Simulation.Tests;

/// <summary>A simulation held in memory.</summary>
internal sealed class Simulated
{
    private Simulated(byte[] bytes, string truth, SimulationSummary summary)
    {
        Bytes = bytes;
        Truth = truth;
        Summary = summary;
    }

    public byte[] Bytes { get; }

    public string Truth { get; }

    public SimulationSummary Summary { get; }

    public string Text => Encoding.UTF8.GetString(Bytes);

    public IEnumerable<string> Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public IEnumerable<JsonElement> Records => Lines.Select(Parse);

    public IReadOnlyList<TruthLine> TruthLines => [.. Truth.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(TruthLine.Parse)];

    public static Simulated Of(SimulationOptions options)
    {
        using var records = new MemoryStream();
        using var truth = new StringWriter();
        var summary = TenantSimulation.Generate(options, records, truth);
        return new Simulated(records.ToArray(), truth.ToString(), summary);
    }

    public static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}

/// <summary>An alert that the truth names.</summary>
internal sealed record TruthAlert(string Rule, string Subject, int? Score, string Severity, string Factors, IReadOnlyList<string> RecordIds)
{
    public static TruthAlert Parse(JsonElement alert) => new(
        alert.GetProperty("rule").GetString()!,
        alert.GetProperty("subject").GetString()!,
        alert.GetProperty("score").ValueKind == JsonValueKind.Null ? null : alert.GetProperty("score").GetInt32(),
        alert.GetProperty("severity").GetString()!,
        string.Join(' ', alert.GetProperty("factors").EnumerateObject().Select(factor => $"{factor.Name}={factor.Value}")),
        [.. alert.GetProperty("recordIds").EnumerateArray().Select(id => id.GetString()!)]);
}

/// <summary>A line of a truth file.</summary>
internal sealed record TruthLine(string Kind, bool IsNearMiss, string UserId, string User, DateTimeOffset Time, IReadOnlyList<TruthAlert> Expected)
{
    public static TruthLine Parse(string json)
    {
        var line = Simulated.Parse(json);
        return new TruthLine(
            line.GetProperty("kind").GetString()!, line.GetProperty("nearMiss").GetBoolean(), line.GetProperty("userId").GetString()!, line.GetProperty("user").GetString()!,
            line.GetProperty("time").GetDateTimeOffset(), [.. line.GetProperty("expected").EnumerateArray().Select(TruthAlert.Parse)]);
    }
}
