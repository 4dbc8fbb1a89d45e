using System.Globalization;
using System.Text.Json;
using Detector.Engine.Alerts;
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
        var tenant = new Simulated(folder, seed, shape, layout);
        var replay = tenant.Replay(tenant.Logs, "--threads", "2");
        Assert.Contains("0 rejected", replay.Error, StringComparison.Ordinal);
        Assert.Contains("0 late", replay.Error, StringComparison.Ordinal);

        var check = tenant.Check();

        output.WriteLine($"seed {seed}, {shape}, {layout}{Environment.NewLine}{check.Out}");
        Assert.True(check.Exit == 0, $"seed {seed}, {shape}, {layout}{Environment.NewLine}{check.Out}{check.Error}");
    }

    [Fact]
    public void Every_rule_is_right_in_any_order_and_when_all_comes_twice()
    {
        using var folder = new Folder();
        var tenant = new Simulated(folder, s_freshSeed, "eventhub", "lines");
        var lines = File.ReadAllLines(tenant.Logs);
        var shuffled = lines.Concat(lines).OrderBy(line => AlertId.From(null, "order", line)).ToList();

        tenant.Replay(folder.Write("shuffled.ndjson", string.Join('\n', shuffled) + '\n'), "--lateness", "60d");

        var check = tenant.Check();
        Assert.True(check.Exit == 0, $"seed {s_freshSeed}{Environment.NewLine}{check.Out}");
    }

    [Fact]
    public void Of_alerts_as_they_are_sent_the_last_revisions_are_checked()
    {
        using var folder = new Folder();
        var tenant = new Simulated(folder, 7, "eventhub", "lines");
        tenant.Replay(tenant.Logs, "--revisions", "all");
        Assert.Equal(0, tenant.Check().Exit);
    }

    // The check can fail: without its tenant.yaml nobody is known who has a tier, a workstation or a right to approve.
    [Fact]
    public void Under_another_tenant_attacks_are_missed()
    {
        using var folder = new Folder();
        var tenant = new Simulated(folder, 7, "eventhub", "lines");
        Simulated.Run("replay", tenant.Logs, "--rules", ShippedFolder.Path, "--out", tenant.Alerts);
        var check = tenant.Check();
        Assert.Equal(1, check.Exit);
        Assert.Contains("missed       cross_tier_activation  cross_tier: high", check.Out, StringComparison.Ordinal);
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

    // A month in a folder: its logs, its truth, its tenant, and what a replay found.
    private sealed class Simulated
    {
        private readonly string _truth;
        private readonly string _tenant;

        public Simulated(Folder folder, ulong seed, string shape, string layout)
        {
            (Logs, Alerts, _truth, _tenant) = (folder.At("logs" + (layout == "csv" ? ".csv" : ".json")), folder.At("alerts.ndjson"), folder.At("truth.ndjson"), folder.At("tenant.yaml"));
            Run(
                "logs", "generate", "--attacks", "all", "--seed", seed.ToString(CultureInfo.InvariantCulture), "--records", "2500", "--users", "60", "--record-bytes", "2000",
                "--shape", shape, "--layout", layout, "--out", Logs, "--truth", _truth, "--tenant", _tenant);
        }

        public string Logs { get; }

        public string Alerts { get; }

        public static Outcome Run(params string[] args)
        {
            var run = Cli.Run(args);
            Assert.True(run.Exit == 0, $"{string.Join(' ', args)}{Environment.NewLine}{run.Error}");
            return run;
        }

        public Outcome Replay(string logs, params string[] options) => Run(["replay", logs, "--rules", ShippedFolder.Path, "--tenant", _tenant, "--out", Alerts, .. options]);

        public Outcome Check() => Cli.Run("logs", "check", "--truth", _truth, Alerts);
    }
}
