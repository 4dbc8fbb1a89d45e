using System.Text.Json;
using System.Text.RegularExpressions;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;
using Detector.Sinks.Sentinel;
using Detector.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Detector.Sinks.Tests.Sentinel;

public sealed partial class DetectionRowTests
{
    // What the service keeps for itself.
    private static readonly string[] s_reserved = ["_ResourceId", "id", "_SubscriptionId", "TenantId", "Type", "UniqueId", "Title"];

    [Fact]
    public void A_row_has_the_columns_of_the_table_with_their_types_and_no_other()
    {
        var template = File.ReadAllText(RepositoryFolder.Path("deploy/sentinel.bicep"));
        var columns = Column().Matches(template).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["type"].Value, StringComparer.Ordinal);
        Assert.All(columns.Keys, name => Assert.Matches("^[A-Za-z][A-Za-z0-9_]{0,44}$", name));
        Assert.Empty(columns.Keys.Intersect(s_reserved, StringComparer.OrdinalIgnoreCase));

        using var row = Row(Alerts.One(1));
        Assert.Equal(columns.Keys, row.RootElement.EnumerateObject().Select(value => value.Name));
        foreach (var value in row.RootElement.EnumerateObject().Where(value => value.Value.ValueKind != JsonValueKind.Null))
        {
            var kind = value.Value.ValueKind switch
            {
                JsonValueKind.String when value.Value.TryGetDateTime(out _) => "datetime",
                JsonValueKind.String => "string",
                JsonValueKind.Number => "int",
                JsonValueKind.True or JsonValueKind.False => "boolean",
                _ => "dynamic",
            };
            Assert.Equal((value.Name, columns[value.Name]), (value.Name, kind));
        }
    }

    [Fact]
    public void What_is_final_from_the_start_makes_an_incident_and_a_closing_makes_none()
    {
        var silent = OutgoingAlert.Of(Alerts.Whole() with { Final = true }, 1);
        foreach (var (alert, isClosing) in new[] { (silent, false), (silent with { IsClosing = true }, true), (Alerts.One(1), false) })
        {
            using var row = Row(alert);
            Assert.Equal((0, isClosing), (row.RootElement.GetProperty("Revision").GetInt32(), row.RootElement.GetProperty("IsClosing").GetBoolean()));
        }

        Assert.Contains("| where Revision == 0 and not(IsClosing)'", File.ReadAllText(RepositoryFolder.Path("deploy/sentinel.bicep")), StringComparison.Ordinal);
    }

    [Fact]
    public void Sentinel_knows_no_critical_and_takes_tactics_as_a_list_in_a_string()
    {
        using var row = Row(Alerts.One(1, Severity.Critical));
        Assert.Equal(("High", "critical", "[\"PrivilegeEscalation\"]"), (Text(row, "AlertSeverity"), Text(row, "DetectorSeverity"), Text(row, "Tactics")));
        Assert.Equal("+30 Global Administrator is tier 0; +20 23:10 Europe/Amsterdam; +15 Sunday; +20 4 × Failed sign-in within the hour before", Text(row, "Reasons"));
    }

    [Fact]
    public void However_large_and_hostile_an_alert_is_its_row_is_valid_and_within_the_limits() => Prop.ForAll(ArbMap.Default.ArbFor<string>(), Gen.Choose(1, 3000).ToArbitrary(), (text, times) =>
    {
        var hostile = string.Concat(Enumerable.Repeat($"{text}\uD83D😀\"\\\u202E", times));
        var whole = Alerts.Whole(text: hostile, evidence: 300);
        using var row = Row(OutgoingAlert.Of(whole with { Factors = [.. Enumerable.Range(0, 80).Select(i => new Factor($"f{i}", 1, hostile[..Math.Min(hostile.Length, 2000)], [.. Enumerable.Range(0, 100).Select(n => $"S_{n}")]))], Evidence = [.. whole.Evidence.Select(record => record with { Operation = "x", Result = "y" })] }, 1));
        Assert.All(row.RootElement.EnumerateObject(), value => Assert.True(value.Value.GetRawText().Length <= 64_000, $"{value.Name}: {value.Value.GetRawText().Length}"));
        Assert.True(row.RootElement.GetRawText().Length < 900_000);
        Assert.Equal(300, row.RootElement.GetProperty("EvidenceCount").GetInt32());
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    private static JsonDocument Row(OutgoingAlert alert) => JsonDocument.Parse(DetectionRow.Of(alert));

    private static string? Text(JsonDocument row, string name) => row.RootElement.GetProperty(name).GetString();

    [GeneratedRegex(@"\{ name: '(?<name>\w+)', type: '(?<type>\w+)' \}", RegexOptions.NonBacktracking)]
    private static partial Regex Column();
}
