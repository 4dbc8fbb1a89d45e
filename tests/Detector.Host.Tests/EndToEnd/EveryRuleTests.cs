using System.Globalization;
using System.Text.Json;
using Detector.Simulation;

namespace Detector.Host.Tests.EndToEnd;

/// <summary>
/// Thirty days with an attack for every rule of the shipped pack: each is found by its rule, and no rule alerts on anything that
/// the truth does not explain. One seed is fixed, two are the day's.
/// </summary>
public sealed class EveryRuleTests(ITestOutputHelper output)
{
    private static readonly ulong s_freshSeed = 3 * (ulong)DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).DayNumber;

    public static TheoryData<ulong, string, string> Tenants
    {
        get
        {
            var tenants = new TheoryData<ulong, string, string>();
            foreach (var seed in new[] { 7UL, s_freshSeed, s_freshSeed + 1 })
            {
                tenants.Add(seed, "eventhub", "lines");
                tenants.Add(seed, "graph", "array");
                tenants.Add(seed, "loganalytics", "csv");
            }

            return tenants;
        }
    }

    [Theory]
    [MemberData(nameof(Tenants))]
    public void Every_attack_is_found_by_its_rule_and_nothing_alerts_without_a_reason(ulong seed, string shape, string layout)
    {
        using var folder = new Folder();
        var (logs, truth, alerts, tenant) = (folder.At("logs" + (layout == "csv" ? ".csv" : ".json")), folder.At("truth.ndjson"), folder.At("alerts.ndjson"), folder.At("tenant.yaml"));
        var number = seed.ToString(CultureInfo.InvariantCulture);
        Run(0, "logs", "generate", "--attacks", "all", "--seed", number, "--records", "2500", "--users", "60", "--record-bytes", "2000", "--shape", shape, "--layout", layout, "--out", logs, "--truth", truth, "--tenant", tenant);
        var replay = Run(0, "replay", logs, "--rules", ShippedFolder.Path, "--tenant", tenant, "--out", alerts, "--threads", "2");
        Assert.Contains("0 rejected", replay.Error, StringComparison.Ordinal);
        Assert.Contains("0 late", replay.Error, StringComparison.Ordinal);

        var check = Run(null, "logs", "check", "--truth", truth, alerts);

        output.WriteLine($"seed {number}, {shape}, {layout}{Environment.NewLine}{check.Out}");
        Assert.True(check.Exit == 0, $"seed {number}, {shape}, {layout}{Environment.NewLine}{check.Out}{check.Error}");
    }

    // A rule that is added comes with its story.
    [Fact]
    public void Every_rule_of_the_pack_that_alerts_has_an_attack_and_none_else_is_planted()
    {
        using var records = new MemoryStream();
        using var truth = new StringWriter();
        TenantSimulation.Generate(new SimulationOptions { Seed = s_freshSeed, PlantsEveryRule = true, Records = 2500, Users = 60, RecordBytes = 2000 }, records, truth, TestContext.Current.CancellationToken);
        var planted = truth.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(line => JsonDocument.Parse(line).RootElement.GetProperty("expected").EnumerateArray())
            .Select(alert => alert.GetProperty("rule").GetString()!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var alerting = Detector.Rules.RuleFolder.Load(ShippedFolder.Path).Rules!.All.Where(RuleWords.Alerts).Select(rule => rule.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

        Assert.Equal(alerting, planted);
    }

    private static Outcome Run(int? exit, params string[] args)
    {
        var run = Cli.Run(args);
        if (exit is { } expected) Assert.True(run.Exit == expected, $"{string.Join(' ', args)}{Environment.NewLine}{run.Error}");
        return run;
    }
}
