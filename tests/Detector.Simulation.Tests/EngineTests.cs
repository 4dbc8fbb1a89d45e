using Detector.Engine.Alerts;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;
using Detector.Rules;
using Detector.Sources.Files;
using Xunit;

namespace Detector.Simulation.Tests;

/// <summary>The rules that the truth knows on simulated logs: what it says, and nothing else.</summary>
public sealed class EngineTests
{
    [Theory]
    [InlineData(LogShape.EventHub, RecordLayout.Lines, JsonStyle.Compact, LifeProfile.Office)]
    [InlineData(LogShape.EventHub, RecordLayout.Envelope, JsonStyle.Spaced, LifeProfile.Benchmark)]
    [InlineData(LogShape.EventHub, RecordLayout.Array, JsonStyle.Spaced, LifeProfile.Office)]
    [InlineData(LogShape.Graph, RecordLayout.Envelope, JsonStyle.Compact, LifeProfile.Office)]
    [InlineData(LogShape.Graph, RecordLayout.Lines, JsonStyle.Spaced, LifeProfile.Benchmark)]
    [InlineData(LogShape.LogAnalytics, RecordLayout.Lines, JsonStyle.Compact, LifeProfile.Benchmark)]
    [InlineData(LogShape.LogAnalytics, RecordLayout.Csv, JsonStyle.Spaced, LifeProfile.Office)]
    public void A_replay_finds_what_the_truth_says_and_nothing_else(LogShape shape, RecordLayout layout, JsonStyle json, LifeProfile profile)
    {
        var options = new SimulationOptions { Seed = 7, Records = 6_000, Attacks = 48, Users = 150, Shape = shape, Layout = layout, Json = json, Profile = profile, LateShare = 0.1, DuplicateShare = 0.05 };
        var path = Path.Combine(Path.GetTempPath(), $"detector-simulation-{shape}-{layout}-{json}{(layout == RecordLayout.Csv ? ".csv" : ".json")}");
        try
        {
            var simulated = Simulated.Of(options);
            File.WriteAllBytes(path, simulated.Bytes);

            var (alerts, records) = Replay(path, FirstRules());

            Assert.Equal(simulated.Summary.Records, records);
            var expected = simulated.TruthLines.SelectMany(line => line.Expected).ToList();
            Assert.Equal(expected.Select(Describe).Order(StringComparer.Ordinal), alerts.Select(Describe).Order(StringComparer.Ordinal));
            foreach (var alert in expected)
                Assert.Contains(alerts, found => found.Rule.Name == alert.Rule && alert.RecordIds.All(id => found.Evidence.Any(evidence => evidence.Id == id)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    // False alarms are what makes people stop reading: a month of work by the policy, in a tenant of a thousand.
    [Theory]
    [InlineData(7)]
    [InlineData(21)]
    public void The_whole_pack_is_quiet_while_people_work_by_the_policy(int seed)
    {
        var path = Path.Combine(Path.GetTempPath(), $"detector-quiet-{seed}.json");
        try
        {
            File.WriteAllBytes(path, Simulated.Of(new SimulationOptions { Seed = (ulong)seed, Records = 40_000 }).Bytes);

            var (alerts, _) = Replay(path, RuleFolder.Load(folder: null));

            var loud = alerts.Where(alert => alert.Severity > Severity.Informational).ToList();
            Assert.InRange(loud.Count, 0, 30);
            Assert.DoesNotContain(loud, alert => alert.Rule.File.Contains("policy", StringComparison.Ordinal) && alert.Rule.Name != "tier0_off_hours_without_ciso");
            Assert.DoesNotContain(loud, alert => alert.Severity == Severity.Critical);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static RuleLoadResult FirstRules() => RuleFolder.LoadOnly(null, ["pim_activation_risk", "break_glass_sign_in", "break_glass_audit_activity"]);

    private static (List<Alert> Alerts, long Records) Replay(string path, RuleLoadResult loaded)
    {
        var plan = new DetectionPlan(loaded.Rules!, loaded.Tenant);
        using var pipeline = new DetectionPipeline(plan, new PipelineOptions());
        var alerts = new List<Alert>();
        using var subscription = pipeline.Alerts.Subscribe(revision =>
        {
            if (revision.IsClosing) alerts.Add(revision.Alert);
        });
        var records = 0L;
        foreach (var batch in new FileSource(plan, new FileSourceOptions { Paths = [path] }).Read(TestContext.Current.CancellationToken))
        {
            Assert.Empty(batch.Rejects);
            records += batch.Records;
            foreach (var matched in batch.Events) pipeline.Process(matched);
        }

        pipeline.Complete();
        Assert.Equal(0, pipeline.Counters.Late);
        return (alerts, records);
    }

    private static string Describe(TruthAlert alert) => $"{alert.Rule} {alert.Score} {alert.Severity} {alert.Factors}";

    private static string Describe(Alert alert) =>
        $"{alert.Rule.Name} {alert.Score} {alert.Severity.ToString().ToLowerInvariant()} {string.Join(' ', alert.Factors.Select(factor => $"{factor.Id}={factor.Points}"))}";
}
