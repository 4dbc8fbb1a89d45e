using System.Text.Json;
using Detector.Simulation.Pack;
using Xunit;

namespace Detector.Simulation.Tests;

/// <summary>The stories for the shipped rules; that the rules find them is tested with the whole program.</summary>
public sealed class EveryRuleTests
{
    private static readonly SimulationOptions s_options = new() { Seed = 7, Records = 1500, Users = 60, RecordBytes = 2000, PlantsEveryRule = true };

    [Theory]
    [InlineData(LogShape.EventHub, RecordLayout.Envelope, JsonStyle.Spaced)]
    [InlineData(LogShape.Graph, RecordLayout.Array, JsonStyle.Compact)]
    [InlineData(LogShape.LogAnalytics, RecordLayout.Csv, JsonStyle.Compact)]
    public void Same_options_give_the_same_bytes_truth_and_tenant(LogShape shape, RecordLayout layout, JsonStyle json)
    {
        var options = s_options with { Shape = shape, Layout = layout, Json = json };

        var (first, second) = (Simulated.Of(options), Simulated.Of(options));

        Assert.Equal(first.Bytes, second.Bytes);
        Assert.Equal(first.Truth, second.Truth);
        Assert.Equal(TenantSimulation.TenantFile(options), TenantSimulation.TenantFile(options));
    }

    [Fact]
    public void The_shape_changes_the_truth_only_by_what_the_shape_does_not_have()
    {
        var (hub, table, graph) = (KindsOf(LogShape.EventHub), KindsOf(LogShape.LogAnalytics), KindsOf(LogShape.Graph));
        Assert.Equal(hub, table);
        Assert.Equal(["diagnostic_settings_deleted", "near_diagnostic_settings"], hub.Except(graph, StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Empty(graph.Except(hub, StringComparer.Ordinal));

        static List<string> KindsOf(LogShape shape) => [.. TruthOf(Simulated.Of(s_options with { Shape = shape })).Select(line => line.GetProperty("kind").GetString()!).Distinct(StringComparer.Ordinal)];
    }

    [Fact]
    public void Every_alert_of_the_truth_is_about_records_that_are_written()
    {
        var simulated = Simulated.Of(s_options);
        var ids = simulated.Records.Select(record => record.GetProperty("properties")).Where(properties => properties.TryGetProperty("id", out _)).Select(properties => properties.GetProperty("id").GetString()).ToHashSet(StringComparer.Ordinal);

        foreach (var alert in TruthOf(simulated).SelectMany(line => line.GetProperty("expected").EnumerateArray()))
        {
            var records = alert.GetProperty("recordIds").EnumerateArray().Select(id => id.GetString()).ToList();
            Assert.True(records.Count > 0 || alert.TryGetProperty("recordTime", out _), alert.GetRawText());
            Assert.All(records, id => Assert.Contains(id, ids));
        }
    }

    // What is near an attack does not give the alert for which the attack is there.
    [Fact]
    public void A_near_miss_lacks_an_alert_that_its_attack_has()
    {
        var rules = TruthOf(Simulated.Of(s_options)).GroupBy(line => line.GetProperty("kind").GetString()!, StringComparer.Ordinal).ToDictionary(kind => kind.Key, kind => kind.SelectMany(RulesOf).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.All(PackStories.All.Where(story => !story.Kind.IsNearMiss), story => Assert.NotEmpty(rules[story.Kind.Name]));
        foreach (var name in PackStories.All.Where(story => story.Kind.IsNearMiss).Select(story => story.Kind.Name))
        {
            if (rules.TryGetValue(name["near_".Length..], out var attack)) Assert.NotEmpty(attack.Except(rules[name], StringComparer.Ordinal));
            else Assert.Empty(rules[name].Except(["tier0_activated", "first_activation"], StringComparer.Ordinal));
        }

        static IEnumerable<string> RulesOf(JsonElement line) => line.GetProperty("expected").EnumerateArray().Select(alert => alert.GetProperty("rule").GetString()!);
    }

    [Fact]
    public void Stories_have_names_of_their_own() => Assert.Equal(PackStories.All.Length, PackStories.All.Select(story => story.Kind.Name).Distinct(StringComparer.Ordinal).Count());

    // The shortest period, a beginning on a holiday, the change to winter time, and hardly any other records.
    [Theory]
    [InlineData(28, "2026-12-25", 1500)]
    [InlineData(60, "2026-10-10", 1500)]
    [InlineData(30, "2026-03-16", 0)]
    public void Every_story_finds_its_moment(int days, string start, int records)
    {
        foreach (var seed in Enumerable.Range(1, 5))
        {
            var options = s_options with { Seed = (ulong)seed, Days = days, Start = DateTime.SpecifyKind(DateTime.Parse(start, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc), Records = records };
            var names = new PackPlan(options).Attacks.Select(attack => attack.Kind.Name).ToHashSet(StringComparer.Ordinal);
            Assert.All(PackStories.All, story => Assert.Contains(story.Kind.Name, names));
        }
    }

    [Fact]
    public void Where_the_audit_log_is_silent_nothing_is_written_to_it()
    {
        var silence = new PackPlan(s_options).Attacks.Single(attack => attack.Kind.Name == "audit_silence");
        var (from, until) = (silence.Rows[0].Ticks, silence.Rows[^1].Ticks);
        Assert.Equal(TimeSpan.FromHours(25).Ticks, until - from);
        var times = Simulated.Of(s_options).Records.Where(record => record.GetProperty("category").GetString() == "AuditLogs").Select(record => record.GetProperty("time").GetDateTime().ToUniversalTime().Ticks);
        Assert.DoesNotContain(times, ticks => ticks > from && ticks < until);
    }

    private static IEnumerable<JsonElement> TruthOf(Simulated simulated) => simulated.Truth.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Simulated.Parse);
}
