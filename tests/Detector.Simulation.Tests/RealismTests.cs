using System.Text;
using System.Text.Json;
using Xunit;

namespace Detector.Simulation.Tests;

public sealed class RealismTests
{
    private static readonly Lazy<Simulated> s_office = new(() => Simulated.Of(new SimulationOptions { Seed = 3, Records = 20_000, Attacks = 48 }));

    [Fact]
    public void Sign_ins_are_4_to_7_KB_and_audits_2_to_3()
    {
        var sizes = s_office.Value.Lines.Select(line => (IsAudit: line.Contains("\"category\":\"AuditLogs\"", StringComparison.Ordinal), Bytes: Encoding.UTF8.GetByteCount(line))).ToList();

        Assert.All(sizes, size => Assert.InRange(size.Bytes, size.IsAudit ? 1600 : 4000, size.IsAudit ? 3300 : 7000));
        Assert.InRange(sizes.Where(size => size.IsAudit).Average(size => size.Bytes), 2000, 3000);
        Assert.InRange(sizes.Where(size => !size.IsAudit).Average(size => size.Bytes), 5000, 6000);
    }

    [Theory]
    [InlineData(2000)]
    [InlineData(5000)]
    [InlineData(7000)]
    public void A_size_asked_for_is_the_mean_of_sign_ins(int bytes)
    {
        foreach (var json in Enum.GetValues<JsonStyle>())
        {
            var options = new SimulationOptions { Records = 2000, RecordBytes = bytes, Json = json, Profile = LifeProfile.Benchmark };
            var lines = Simulated.Of(options).Lines.Where(line => !line.Contains("AuditLogs", StringComparison.Ordinal));
            Assert.InRange(lines.Average(line => Encoding.UTF8.GetByteCount(line)), bytes * 0.9, bytes * 1.1);
        }
    }

    [Fact]
    public void The_benchmark_profile_has_the_shares_that_it_says()
    {
        var summary = Simulated.Of(new SimulationOptions { Records = 40_000, Profile = LifeProfile.Benchmark, LateShare = 0, DuplicateShare = 0 }).Summary;

        Assert.InRange(summary.SignIns / (double)summary.Records, 0.945, 0.955);
        Assert.InRange(summary.Failures / (double)summary.SignIns, 0.092, 0.108);
        Assert.InRange(summary.Activations / (double)summary.Records, 0.0040, 0.0060);
    }

    [Fact]
    public void Daily_life_hardly_alerts()
    {
        var ordinary = s_office.Value.TruthLines.Count(line => line.Kind == "ordinary");

        Assert.InRange(ordinary, 0, s_office.Value.Summary.Activations / 10);
        Assert.True(s_office.Value.Summary.Activations > 100);
    }

    [Fact]
    public void Every_activation_has_its_request_before_and_its_role_change_after_it()
    {
        var audits = s_office.Value.Records.Where(record => record.GetProperty("category").GetString() == "AuditLogs")
            .DistinctBy(record => record.GetProperty("properties").GetProperty("id").GetString()).ToList();
        var byRequest = audits.ToLookup(RequestOf);
        var byCorrelation = audits.ToLookup(record => record.GetProperty("correlationId").GetString());
        var last = audits.Max(TimeOf);
        var completed = audits.Where(record => Operation(record) == "Add member to role completed (PIM activation)" && record.GetProperty("properties").GetProperty("result").GetString() == "success").ToList();

        Assert.NotEmpty(completed);
        foreach (var row in completed.Where(row => TimeOf(row) < last.AddMinutes(-1)))
        {
            Assert.Contains(byRequest[RequestOf(row)], other => Operation(other) == "Add member to role requested (PIM activation)" && TimeOf(other) < TimeOf(row));
            var change = Assert.Single(byCorrelation[row.GetProperty("correlationId").GetString()], other => Operation(other) == "Add member to role");
            Assert.Equal("01fc33a7-78ba-4d2f-a4b7-768e336e890e", change.GetProperty("properties").GetProperty("initiatedBy").GetProperty("app").GetProperty("appId").GetString());
            Assert.False(change.GetProperty("properties").GetProperty("initiatedBy").TryGetProperty("user", out _));
            Assert.Equal(["Role", "Request", "User", "Directory", "Other"], row.GetProperty("properties").GetProperty("targetResources").EnumerateArray().Select(target => target.GetProperty("type").GetString()));
        }

        Assert.Contains(audits, row => Operation(row) == "Add member to role request approved (PIM activation)");
        Assert.Contains(audits, row => Operation(row) == "Remove member from role (PIM activation expired)");
        Assert.Contains(audits, row => Operation(row) == "Remove member from role completed (PIM deactivate)");
    }

    [Fact]
    public void The_quirks_of_real_records_occur()
    {
        var text = s_office.Value.Text;

        Assert.Equal(["\"4\"", "\"Information\"", "4"], s_office.Value.Records.Select(record => record.GetProperty("Level").GetRawText()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Equal([JsonValueKind.String, JsonValueKind.Number], s_office.Value.Records.Select(record => record.GetProperty("durationMs").ValueKind).Distinct().Order());
        Assert.Equal(4, s_office.Value.Records.Select(record => record.GetProperty("category").GetString()!).Distinct(StringComparer.Ordinal).Count(category => category.EndsWith("SignInLogs", StringComparison.Ordinal)));
        Assert.Contains("\"resultType\":\"Failure\"", text, StringComparison.Ordinal);
        Assert.Contains("\"originalRequestId\":\"\"", text, StringComparison.Ordinal);
        Assert.Contains("@Contoso.NL", text, StringComparison.Ordinal);
        Assert.Contains("management \"", text, StringComparison.Ordinal);
        foreach (var code in new[] { 50126, 50053, 500121, 50140, 50074, 50076, 65001 }) Assert.Contains($"\"errorCode\":{code},", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nights_and_weekends_are_quiet()
    {
        var perHour = s_office.Value.Records.Select(record => Amsterdam.Of(TimeOf(record).UtcDateTime)).ToLookup(local => (IsWorkday: local.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday), local.Hour));

        Assert.True(perHour[(true, 10)].Count() > 5 * perHour[(true, 3)].Count());
        Assert.True(perHour[(true, 10)].Count() > 10 * perHour[(false, 10)].Count());
        Assert.NotEmpty(perHour[(true, 3)]);
        Assert.NotEmpty(perHour[(false, 3)]);
    }

    private static string? RequestOf(JsonElement record) => record.GetProperty("properties").GetProperty("additionalDetails").EnumerateArray()
        .Where(detail => detail.GetProperty("key").GetString() == "RequestId").Select(detail => detail.GetProperty("value").GetString()).FirstOrDefault();

    private static string Operation(JsonElement record) => record.GetProperty("operationName").GetString()!;

    private static DateTimeOffset TimeOf(JsonElement record) => record.GetProperty("time").GetDateTimeOffset();
}
