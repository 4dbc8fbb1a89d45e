using System.Globalization;
using System.Text.Json.Nodes;
using Detector.Sources.LogAnalytics;
using Detector.Testing.LogAnalytics;

namespace Detector.Sources.Tests.LogAnalytics;

/// <summary>Rows of a workspace, and how a test reads them.</summary>
internal static class Workspace
{
    public static readonly Guid Id = new("b2b0c6a4-9c1d-4f7e-8a35-0d5e6f7a8b9c");
    public static readonly DateTime Start = new(2026, 3, 2, 0, 0, 0, DateTimeKind.Utc);

    public static StandInRow Row(string table, string id, DateTime time, DateTime? ingested = null, int padding = 0) =>
        new(table, time, ingested ?? time, new JsonObject
        {
            ["TenantId"] = Id.ToString(),
            ["TimeGenerated"] = time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
            ["Category"] = table == "AuditLogs" ? "RoleManagement" : "SignInLogs",
            ["OperationName"] = "Something",
            ["Id"] = id,
            ["UserId"] = table == "AuditLogs" ? null : "u1",
            ["InitiatedBy"] = table == "AuditLogs" ? new JsonObject { ["user"] = new JsonObject { ["id"] = "u1", ["userPrincipalName"] = "a@contoso.nl" } } : null,
            ["Padding"] = new string('x', padding),
            ["Type"] = table,
        });

    /// <summary>Rows over days: even ones, bursts within a second, and many at the very same tick.</summary>
    public static List<StandInRow> Rows(int seed, int count, TimeSpan span, params string[] tables)
    {
        var random = new Random(seed);
        var burst = Start + (span * random.NextDouble());
        return [.. Enumerable.Range(0, count).Select(i => Row(
            tables[random.Next(tables.Length)],
            $"{seed}-{i}",
            random.Next(4) switch
            {
                0 => burst,
                1 => burst.AddTicks(random.Next(1, 20_000_000)),
                _ => Start.AddTicks(random.NextInt64(span.Ticks)),
            },
            padding: random.Next(200)))];
    }

    public static LogAnalyticsOptions Options(LogAnalyticsStandIn service, TimeSpan span) => new()
    {
        Workspace = service.Workspace,
        Endpoint = service.Endpoint,
        Since = Start,
        Until = Start + span,
        RetryDelay = TimeSpan.FromMilliseconds(1),
    };
}
