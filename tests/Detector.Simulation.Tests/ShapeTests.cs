using System.Text.Json;
using Xunit;

namespace Detector.Simulation.Tests;

public sealed class ShapeTests
{
    private static readonly SimulationOptions s_options = new() { Seed = 11, Records = 3000, Attacks = 24, Users = 300 };

    [Fact]
    public void Three_shapes_carry_the_same_ids_times_and_fields()
    {
        var hub = Simulated.Of(s_options).Records.Select(FactsOfHub).ToList();
        var graph = Simulated.Of(s_options with { Shape = LogShape.Graph }).Records.Select(FactsOfGraph).ToList();
        var rows = Simulated.Of(s_options with { Shape = LogShape.LogAnalytics }).Records.Select(FactsOfRow).ToList();

        Assert.Equal(hub, graph);
        Assert.Equal(hub, rows);
    }

    [Fact]
    public void A_CSV_export_has_every_column_of_the_rows_in_each_line()
    {
        var csv = Simulated.Of(s_options with { Records = 300, Shape = LogShape.LogAnalytics, Layout = RecordLayout.Csv });
        var rows = Simulated.Of(s_options with { Records = 300, Shape = LogShape.LogAnalytics }).Records.ToList();

        var table = Csv(csv.Text);

        Assert.Equal(rows.Count, table.Count - 1);
        for (var i = 0; i < rows.Count; i++)
        {
            Assert.Equal(table[0].Count, table[i + 1].Count);
            foreach (var (column, cell) in table[0].Zip(table[i + 1]))
            {
                // How many policies were looked at follows from the size that is aimed at, which differs.
                if (column is "AppliedConditionalAccessPolicies" or "Level" or "DurationMs") continue;
                Assert.Equal(rows[i].TryGetProperty(column, out var value) ? value.ToString() : "", cell, ignoreCase: value.ValueKind is JsonValueKind.True or JsonValueKind.False);
            }
        }
    }

    [Theory]
    [InlineData(LogShape.EventHub)]
    [InlineData(LogShape.Graph)]
    [InlineData(LogShape.LogAnalytics)]
    public void No_slot_is_left_open_and_no_JSON_in_a_string_is_broken(LogShape shape)
    {
        foreach (var json in Enum.GetValues<JsonStyle>())
        {
            var simulated = Simulated.Of(s_options with { Shape = shape, Json = json });
            Assert.DoesNotContain("@{", simulated.Text, StringComparison.Ordinal);
            foreach (var record in simulated.Records) CheckInner(record);
        }
    }

    [Fact]
    public void Rows_of_Log_Analytics_hold_nested_values_as_strings()
    {
        foreach (var row in Simulated.Of(s_options with { Shape = LogShape.LogAnalytics }).Records)
        {
            Assert.DoesNotContain(row.EnumerateObject(), member => member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array);
            Assert.True(char.IsUpper(row.EnumerateObject().First().Name[0]));
        }
    }

    private static void CheckInner(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject()) CheckInner(member.Value);
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) CheckInner(item);
        }
        else if (element.ValueKind == JsonValueKind.String && element.GetString() is ['{' or '[', '"' or '{' or '[' or '}' or ']', ..] text)
        {
            CheckInner(Simulated.Parse(text));
        }
    }

    private static string FactsOfHub(JsonElement record)
    {
        var inner = record.GetProperty("properties");
        return record.GetProperty("category").GetString() == "AuditLogs"
            ? Audit(inner, record.GetProperty("time"), record.GetProperty("operationName"), inner.GetProperty("targetResources"), inner.GetProperty("initiatedBy"), inner.GetProperty("additionalDetails"), "result", "resultReason", "correlationId")
            : SignIn(inner, record.GetProperty("time"), inner.GetProperty("status"), "userId", "userPrincipalName", "originalRequestId", "ipAddress", "isInteractive");
    }

    private static string FactsOfGraph(JsonElement record) => record.TryGetProperty("activityDateTime", out var time)
        ? Audit(record, time, record.GetProperty("activityDisplayName"), record.GetProperty("targetResources"), record.GetProperty("initiatedBy"), record.GetProperty("additionalDetails"), "result", "resultReason", "correlationId")
        : SignIn(record, record.GetProperty("createdDateTime"), record.GetProperty("status"), "userId", "userPrincipalName", "originalRequestId", "ipAddress", "isInteractive");

    private static string FactsOfRow(JsonElement row) => row.GetProperty("Type").GetString() == "AuditLogs"
        ? Audit(row, row.GetProperty("TimeGenerated"), row.GetProperty("OperationName"), Inner(row, "TargetResources"), Inner(row, "InitiatedBy"), Inner(row, "AdditionalDetails"), "Result", "ResultReason", "CorrelationId")
        : SignIn(row, row.GetProperty("TimeGenerated"), Inner(row, "Status"), "UserId", "UserPrincipalName", "OriginalRequestId", "IPAddress", "IsInteractive");

    private static JsonElement Inner(JsonElement row, string column) => Simulated.Parse(row.GetProperty(column).GetString()!);

    private static string Audit(JsonElement members, JsonElement time, JsonElement operation, JsonElement targets, JsonElement by, JsonElement details, params string[] names)
    {
        var actor = by.TryGetProperty("user", out var user) && user.ValueKind == JsonValueKind.Object ? user : by.GetProperty("app");
        return string.Join('\n', [time.GetString()!, operation.GetString()!, JsonSerializer.Serialize(targets), JsonSerializer.Serialize(actor), JsonSerializer.Serialize(details), Id(members), .. names.Select(name => Text(members, name))]);
    }

    private static string SignIn(JsonElement members, JsonElement time, JsonElement status, params string[] names) =>
        string.Join('\n', [time.GetString()!, status.GetProperty("errorCode").GetRawText(), Id(members), .. names.Select(name => Text(members, name))]);

    private static string Id(JsonElement members) => members.TryGetProperty("id", out var id) ? id.GetString()! : members.GetProperty("Id").GetString()!;

    private static string Text(JsonElement members, string name) => members.TryGetProperty(name, out var value) ? JsonSerializer.Serialize(value) : "";

    private static List<List<string>> Csv(string text)
    {
        var (table, row, cell, isQuoted) = (new List<List<string>>(), new List<string>(), new System.Text.StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            if (isQuoted && text[i] == '"' && i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[++i]);
            else if (text[i] == '"') isQuoted = !isQuoted;
            else if (isQuoted || text[i] is not (',' or '\r' or '\n')) cell.Append(text[i]);
            else if (text[i] != '\r')
            {
                row.Add(cell.ToString());
                cell.Clear();
                if (text[i] == ',') continue;
                table.Add(row);
                row = [];
            }
        }

        return table;
    }
}
