using Detector.Sinks.Delivery;
using Detector.Sinks.Webhook;
using Detector.Testing;
using Detector.Testing.Ocsf;

namespace Detector.Host.Tests.EndToEnd;

/// <summary>Alerts of a simulated tenant with attacks, as findings of OCSF.</summary>
public sealed class FindingTests
{
    [Fact]
    public void Every_alert_of_a_tenant_is_a_valid_finding()
    {
        using var folder = new Folder();
        Assert.Equal(ExitCode.Done, Cli.Run("logs", "generate", "--seed", "7", "--records", "20000", "--attacks", "12", "--out", folder.At("logs.ndjson")).Exit);
        var alerts = Cli.Run("replay", folder.At("logs.ndjson"), "--revisions", "all").Lines.Select(line => DeadLetter.Parse($$"""{"sink":"","reason":"","number":1,"closing":false,"alert":{{line}}}""").Alert).ToList();
        Assert.True(alerts.Count > 50);
        Assert.True(alerts.Select(alert => alert.Document.RuleName).Distinct(StringComparer.Ordinal).Count() > 3);
        OcsfSchema[] schemas = RepositoryFolder.Shared("contracts/ocsf") is { } files ? [OcsfSchema.Excerpt, OcsfSchema.Of(files)] : [OcsfSchema.Excerpt];
        foreach (var schema in schemas)
            Assert.All(alerts, alert => Assert.Empty(schema.ProblemsOf(OcsfFinding.Of(alert))));
        TestContext.Current.TestOutputHelper?.WriteLine($"{alerts.Count} alerts of {alerts.Select(alert => alert.Document.RuleName).Distinct(StringComparer.Ordinal).Count()} rules, {schemas.Length} schemas");
    }
}
