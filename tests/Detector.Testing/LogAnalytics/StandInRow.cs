using System.Text.Json.Nodes;

namespace Detector.Testing.LogAnalytics;

/// <summary>A row of a table, with what the service knows of it beside its columns.</summary>
/// <param name="Table">The table it is in.</param>
/// <param name="Time">Its TimeGenerated.</param>
/// <param name="Ingested">When it arrived; queries find it from then on.</param>
/// <param name="Columns">Its columns.</param>
public sealed record StandInRow(string Table, DateTime Time, DateTime Ingested, JsonObject Columns)
{
    /// <summary>The record's id.</summary>
    public string Id => Columns[nameof(Id)]!.GetValue<string>();
}
