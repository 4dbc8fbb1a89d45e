using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Detector.Simulation;
using Detector.Testing.LogAnalytics;

namespace Detector.Host.Tests.Run.WarmUp;

/// <summary>A month of a tenant, cut in two: what lies before the cut, in the order of its times, and what came after it.</summary>
internal sealed class PastAndLive
{
    // A working day at noon: records follow one another closely there.
    private static readonly DateTime s_cut = new(2026, 4, 8, 12, 0, 0, DateTimeKind.Utc);

    private readonly SimulationOptions _options;

    public PastAndLive(ulong seed)
    {
        _options = new SimulationOptions { Seed = seed, PlantsEveryRule = true, Records = 10_000, Users = 60, RecordBytes = 2000 };
        var lines = Lines(LogShape.EventHub);
        Past = string.Concat(lines.Where(line => line.Time < s_cut).OrderBy(line => line.Time).ThenBy(line => line.Id, StringComparer.Ordinal).Select(line => line.Text + "\n"));
        Live = string.Concat(lines.Where(line => line.Time >= s_cut).Select(line => line.Text + "\n"));
        Again = string.Concat(lines.Where(line => line.Time < s_cut).TakeLast(200).Select(line => line.Text + "\n"));
    }

    public string Past { get; }

    public string Live { get; }

    /// <summary>The end of the past, as the hubs deliver it once more.</summary>
    public string Again { get; }

    public string Tenant => TenantSimulation.TenantFile(_options);

    /// <summary>The past as a workspace has it.</summary>
    public IEnumerable<StandInRow> Rows => Lines(LogShape.LogAnalytics).Where(line => line.Time < s_cut).Select(line =>
    {
        var row = JsonNode.Parse(line.Text)!.AsObject();
        return new StandInRow((string)row["Type"]!, line.Time, line.Time, row);
    });

    private List<(DateTime Time, string Id, string Text)> Lines(LogShape shape)
    {
        using var records = new MemoryStream();
        TenantSimulation.Generate(_options with { Shape = shape }, records, TextWriter.Null, TestContext.Current.CancellationToken);

        // Azure's activity log is no stream of Entra: a warm-up does not read its table.
        return [.. Encoding.UTF8.GetString(records.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(text => (Record: JsonNode.Parse(text)!, Text: text))
            .Where(line => ((string?)line.Record["category"] ?? (string?)line.Record["Category"]) != "Administrative")
            .Select(line => (Time(line.Record[shape == LogShape.EventHub ? "time" : "TimeGenerated"]!), (string?)line.Record["Id"] ?? (string)line.Record["properties"]!["id"]!, line.Text))];
    }

    private static DateTime Time(JsonNode text) => DateTime.Parse((string)text!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
}
