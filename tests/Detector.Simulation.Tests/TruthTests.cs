using System.Globalization;
using System.Text.Json;
using Detector.Engine.Enrichment;
using Detector.Engine.Entra;
using Xunit;

namespace Detector.Simulation.Tests;

public sealed class TruthTests
{
    private static readonly HashSet<int> s_credentialFailures = [50126, 50053, 50034, 50056, 50057, 50064, 50055, 50144, 500121];
    private static readonly Dictionary<string, int> s_tiers = EntraRoles.All.ToDictionary(role => role.TemplateId, role => role.Tier(TierProfile.Article), StringComparer.OrdinalIgnoreCase);

    [Theory]
    [InlineData(1, LifeProfile.Office)]
    [InlineData(2, LifeProfile.Office)]
    [InlineData(3, LifeProfile.Benchmark)]
    public void Truth_equals_a_recount_of_the_records(ulong seed, LifeProfile profile)
    {
        var simulated = Simulated.Of(new SimulationOptions { Seed = seed, Records = 15_000, Attacks = 48, Users = 60, Profile = profile, LateShare = 0.1, DuplicateShare = 0.05 });
        var records = simulated.Records.DistinctBy(record => record.GetProperty("properties").GetProperty("id").GetString()).ToList();

        var expected = simulated.TruthLines.SelectMany(line => line.Expected).ToList();

        Assert.Equal(
            Recount(records).Order(StringComparer.Ordinal),
            expected.Select(alert => $"{alert.Rule} {alert.Subject} {alert.Score} {alert.Severity} {alert.Factors}".Trim()).Order(StringComparer.Ordinal));
        var ids = records.Select(record => record.GetProperty("properties").GetProperty("id").GetString()!).ToHashSet(StringComparer.Ordinal);
        Assert.All(expected.SelectMany(alert => alert.RecordIds), id => Assert.Contains(id, ids));
        Assert.Equal(expected.Count, simulated.Summary.Alerts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20260316)]
    public void Every_kind_is_planted_and_only_near_misses_do_not_alert(ulong seed)
    {
        var planted = Simulated.Of(new SimulationOptions { Seed = seed, Records = 10_000, Attacks = 48 }).TruthLines.Where(line => line.Kind != "ordinary").ToList();

        Assert.Equal(48, planted.Count);
        Assert.Equal(24, planted.Select(line => line.Kind).Distinct(StringComparer.Ordinal).Count());
        Assert.All(planted, line => Assert.Equal(line.IsNearMiss ? 0 : 1, line.Expected.Count));
    }

    [Fact]
    public void Scores_at_the_edges_are_what_the_kinds_promise()
    {
        var byKind = Simulated.Of(new SimulationOptions { Records = 5000, Attacks = 24 }).TruthLines.Where(line => line.Kind != "ordinary").ToDictionary(line => line.Kind, StringComparer.Ordinal);

        Assert.Equal(40, byKind["password_spray"].Expected[0].Score);
        Assert.Equal(40, byKind["off_hours_tier_1"].Expected[0].Score);
        Assert.Equal(40, byKind["late_failures"].Expected[0].Score);
        Assert.Equal(40, byKind["tier_2_many_failures"].Expected[0].Score);
        Assert.Equal(45, byKind["weekend_tier_0"].Expected[0].Score);
        Assert.Equal(45, byKind["holiday_tier_0"].Expected[0].Score);
        Assert.Equal(50, byKind["closing_time"].Expected[0].Score);
        Assert.Equal(50, byKind["early_morning"].Expected[0].Score);
        Assert.InRange(byKind["stolen_credential"].Expected[0].Score!.Value, 65, 90);
        Assert.Equal(9_999_999, byKind["near_closing_tick"].Time.Ticks % TimeSpan.TicksPerSecond);
        Assert.Equal("svc-print04@contoso.nl", byKind["break_glass_renamed"].User);
    }

    [Fact]
    public void A_kind_without_a_moment_in_the_period_makes_room_for_the_next()
    {
        // A Monday to Tuesday: no weekend, no holiday.
        var planted = Simulated.Of(new SimulationOptions { Records = 2000, Attacks = 24, Days = 2 }).TruthLines.Where(line => line.Kind != "ordinary").ToList();

        Assert.Equal(24, planted.Count);
        Assert.DoesNotContain(planted, line => line.Kind is "weekend_tier_0" or "holiday_tier_0" or "break_glass_failed");
        Assert.All(planted, line => Assert.Equal(line.IsNearMiss ? 0 : 1, line.Expected.Count));
    }

    // The whole question once more, over all records at a time, with the clock, the holidays and the tiers of others.
    private static IEnumerable<string> Recount(List<JsonElement> records)
    {
        var signIns = records.Where(record => record.GetProperty("category").GetString() != "AuditLogs").Select(record => record.GetProperty("properties")).ToList();
        var failures = signIns.Where(row => s_credentialFailures.Contains(row.GetProperty("status").GetProperty("errorCode").GetInt32())).ToList();
        foreach (var record in records.Where(record => record.GetProperty("category").GetString() == "AuditLogs"))
        {
            var inner = record.GetProperty("properties");
            var actor = inner.GetProperty("initiatedBy").TryGetProperty("user", out var user) ? user.GetProperty("id").GetString()! : "";
            if (IsBreakGlass(actor)) yield return $"break_glass_audit_activity {inner.GetProperty("id").GetString()}  critical";
            if (record.GetProperty("operationName").GetString() != "Add member to role completed (PIM activation)" || inner.GetProperty("result").GetString() != "success") continue;
            var details = inner.GetProperty("additionalDetails").EnumerateArray().ToDictionary(detail => detail.GetProperty("key").GetString()!, detail => detail.GetProperty("value").GetString()!, StringComparer.Ordinal);
            if (Score(record, actor, details, failures) is { } alert) yield return alert;
        }

        foreach (var attempt in signIns.Where(row => row.GetProperty("userId").GetString() is { } id && IsBreakGlass(id)).Select(Attempt).Distinct(StringComparer.Ordinal))
            yield return $"break_glass_sign_in {attempt}  critical";
    }

    private static string? Score(JsonElement record, string actor, Dictionary<string, string> details, List<JsonElement> failures)
    {
        var time = Ticks(record.GetProperty("time"));
        var local = Amsterdam.Of(new DateTime(time, DateTimeKind.Utc));
        var tier = s_tiers[details["RoleDefinitionOriginId"]] == 0 ? 30 : 10;
        var offHours = local.TimeOfDay < TimeSpan.FromHours(8) || local.TimeOfDay >= TimeSpan.FromHours(18) ? 20 : 0;
        var isFree = local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || DutchHolidays.Of(local.Year).Any(holiday => holiday.Date == DateOnly.FromDateTime(local));
        var attempts = failures.Where(row => row.GetProperty("userId").GetString() == actor && Ticks(row.GetProperty("createdDateTime")) is var at && at <= time && at >= time - TimeSpan.TicksPerHour).Select(Attempt).Distinct(StringComparer.Ordinal).Count();
        var score = tier + offHours + (isFree ? 15 : 0) + 5 * attempts;
        if (score < 40) return null;
        var factors = $"tier={tier}{(offHours > 0 ? " off_hours=20" : "")}{(isFree ? " weekend=15" : "")}{(attempts > 0 ? $" failures={5 * attempts}" : "")}";
        return $"pim_activation_risk {details["RequestId"]} {score} {(score >= 70 ? "critical" : "high")} {factors}";
    }

    private static bool IsBreakGlass(string id) => id is "00000000-b7ea-4b1a-8000-000000000001" or "00000000-b7ea-4b1a-8000-000000000002";

    private static string Attempt(JsonElement row) => row.GetProperty("originalRequestId").GetString() is { Length: > 0 } attempt ? attempt : row.GetProperty("id").GetString()!;

    private static long Ticks(JsonElement time) => DateTimeOffset.Parse(time.GetString()!, CultureInfo.InvariantCulture).UtcTicks;
}
