using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Detector.Simulation;
using Detector.Testing.LogAnalytics;

namespace Detector.Host.Tests.Replay;

/// <summary><c>detector replay --from log-analytics</c>.</summary>
public sealed class WorkspaceTests
{
    private static readonly Guid s_workspace = new("b2b0c6a4-9c1d-4f7e-8a35-0d5e6f7a8b9c");

    private static readonly string[] s_tables = ["AuditLogs", "SigninLogs", "AADNonInteractiveUserSignInLogs", "AADServicePrincipalSignInLogs", "AADManagedIdentitySignInLogs"];

    [Fact]
    public void A_workspace_gives_the_alerts_that_its_records_give_from_a_file()
    {
        using var records = new MemoryStream();
        TenantSimulation.Generate(new SimulationOptions { Records = 6000, Days = 3, Attacks = 30, Shape = LogShape.LogAnalytics }, records, TextWriter.Null, TestContext.Current.CancellationToken);
        using var service = new LogAnalyticsStandIn(s_workspace, Rows(records.ToArray()), new StandInFaults { Seed = 1, RowsMax = 900, Percent = 10 });
        var inOrder = Rows(records.ToArray()).OrderBy(row => row.Time).ThenBy(row => Array.IndexOf(s_tables, row.Table)).ThenBy(row => row.Id, StringComparer.Ordinal);
        var file = Cli.Run(["replay", "-"], new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', inOrder.Select(row => row.Columns.ToJsonString())))));

        var workspace = Cli.Run("replay", "--from", "log-analytics", "--workspace", s_workspace.ToString(), "--endpoint", service.Endpoint.ToString(), "--since", "2026-03-01", "--until", "2026-05-01");

        Assert.Equal(0, workspace.Exit);
        Assert.True(file.Lines.Length > 20, "The tenant gives too few alerts to compare.");
        Assert.Equal(file.Out, workspace.Out);
        Assert.Contains("6,000 records", workspace.Error, StringComparison.Ordinal);
        Assert.Empty(service.Complaints);
    }

    [Fact]
    public void What_the_identity_lacks_is_named_and_is_exit_3()
    {
        using var service = new LogAnalyticsStandIn(s_workspace, [], new StandInFaults { AlwaysStatus = 403, AlwaysCode = "InsufficientAccessError" });
        var outcome = Cli.Run("replay", "--from", "log-analytics", "--workspace", s_workspace.ToString(), "--endpoint", service.Endpoint.ToString(), "--since", "2026-03-01");
        Assert.Equal(3, outcome.Exit);
        Assert.Contains("error: log-analytics/b2b0c6a4-9c1d-4f7e-8a35-0d5e6f7a8b9c: it may not be read", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("Log Analytics Data Reader", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("needs --workspace", "--from", "log-analytics", "--since", "2026-03-01")]
    [InlineData("needs --since", "--from", "log-analytics", "--workspace", "b2b0c6a4-9c1d-4f7e-8a35-0d5e6f7a8b9c")]
    [InlineData("no workspace ID", "--from", "log-analytics", "--since", "2026-03-01", "--workspace", "law-prod")]
    [InlineData("and no paths", "logs.json", "--from", "log-analytics", "--since", "2026-03-01", "--workspace", "b2b0c6a4-9c1d-4f7e-8a35-0d5e6f7a8b9c")]
    [InlineData("no https address", "--from", "log-analytics", "--since", "2026-03-01", "--workspace", "b2b0c6a4-9c1d-4f7e-8a35-0d5e6f7a8b9c", "--endpoint", "http://api.example.org")]
    [InlineData("no name of a table", "--from", "log-analytics", "--since", "2026-03-01", "--workspace", "b2b0c6a4-9c1d-4f7e-8a35-0d5e6f7a8b9c", "--tables", "AuditLogs | take 1")]
    [InlineData("'sentinel'", "--from", "sentinel")]
    [InlineData("--workspace needs --from log-analytics", "logs.json", "--workspace", "b2b0c6a4-9c1d-4f7e-8a35-0d5e6f7a8b9c")]
    public void What_is_missing_or_too_much_is_said(string expected, params string[] args)
    {
        var outcome = Cli.Run(["replay", .. args]);
        Assert.Equal(2, outcome.Exit);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
    }

    private static IEnumerable<StandInRow> Rows(byte[] records) => Encoding.UTF8.GetString(records).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
    {
        var row = JsonNode.Parse(line)!.AsObject();
        var time = DateTime.Parse((string)row["TimeGenerated"]!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        return new StandInRow((string)row["Type"]!, time, time, row);
    });
}
