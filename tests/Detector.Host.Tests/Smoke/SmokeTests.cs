using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using Detector.Checkpoints.Blobs;
using Detector.Checkpoints.Tests.Blobs;
using Detector.Host.Tests.Run;
using Detector.StandIn;
using Detector.Testing.LogAnalytics;

namespace Detector.Host.Tests.Smoke;

/// <summary><c>detector smoke</c> against a broker, a blob store and a workspace on this machine, and against what is wrong with each.</summary>
[Collection(Azurite.Collection)]
public sealed class SmokeTests(Azurite azurite) : IDisposable
{
    private const string Key = "c2VjcmV0LW9mLW1pbmUtdGhhdC1ub2JvZHktbWF5LXNlZQ==";
    private static readonly Guid s_workspace = new("b2b0c6a4-9c1d-4f7e-8a35-0d5e6f7a8b9c");

    private readonly Folder _folder = new();
    private readonly LogAnalyticsStandIn _service = new(s_workspace, [], new StandInFaults(), tables: ["AuditLogs", "SigninLogs"]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _service.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task When_all_works_each_edge_says_what_it_found()
    {
        var blobs = await azurite.ContainerAsync();
        using var broker = await BrokerAsync();
        Send(broker.Address, Records.Activation("a1", Records.SundayNight) + Records.Activation("a2", Records.SundayNight));

        var smoke = Smoke(Hubs(broker.Address, "audit", "signin"), Blobs(blobs), Workspace(_service));

        Assert.True(smoke.Exit == ExitCode.Done, smoke.Out + smoke.Error);
        foreach (var part in (string[])[
            "ok    configuration             the settings are valid", "ok    broker                    127.0.0.1:", "answers, not encrypted",
            "ok    hub audit                 2 partitions", "ok    newest of audit           the newest message is of ", "2 records, 0 that cannot be read",
            "ok    newest of signin          it can be read and holds nothing yet", "ok    checkpoints               owned, written, read and given back in ",
            "ok    log analytics             0 records of the last 15 minutes; ", "has no table AADManagedIdentitySignInLogs.",
            "ok    sink File                 the folder of ", "ok    sink Console", "Everything works."])
            Assert.Contains(part, smoke.Out, StringComparison.Ordinal);
        Assert.Equal(["run.json"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));

        // Beside the checkpoints and not among them.
        var names = new List<string>();
        await foreach (var blob in azurite.Client(blobs.Container.Segments[^1]).GetBlobsAsync(cancellationToken: Cancellation)) names.Add(blob.Name);
        Assert.All(names, name => Assert.StartsWith("state/smoke-test/", name, StringComparison.Ordinal));
    }

    [Fact]
    public void A_wrong_port_is_named_and_the_rest_is_tried()
    {
        var smoke = Smoke(Hubs("127.0.0.1:1", "audit"), Files, "");
        Assert.Equal(ExitCode.Found, smoke.Exit);
        Assert.Contains("FAIL  broker                    127.0.0.1:1: it cannot be reached: Connection refused. Check host and port", smoke.Out, StringComparison.Ordinal);
        Assert.Contains("-     hub audit                 not tried, since 'broker' does not work", smoke.Out, StringComparison.Ordinal);
        Assert.Contains("-     newest of audit           not tried, since 'hub audit' does not work", smoke.Out, StringComparison.Ordinal);
        Assert.Contains("ok    checkpoints ", smoke.Out, StringComparison.Ordinal);
        Assert.Contains("3 of these do not work.", smoke.Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("state/smoke-test")));
    }

    [Fact]
    public async Task A_wrong_hub_is_named()
    {
        using var broker = await BrokerAsync();
        var smoke = Smoke(Hubs(broker.Address, "audit", "adit"), Files, "");
        Assert.Equal(ExitCode.Found, smoke.Exit);
        Assert.Contains("ok    hub audit                 2 partitions", smoke.Out, StringComparison.Ordinal);
        Assert.Contains("FAIL  hub adit                  adit: there is no such hub", smoke.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_that_may_not_be_read_is_told_with_the_role_that_is_missing()
    {
        using var broker = await BrokerAsync();
        Send(broker.Address, Records.Activation("a1", Records.SundayNight));

        // Offsets are asked for, and the broker answers: topic authorization failed. It reads the command when it comes to it.
        broker.Process.Tell("fail 2 29 29 29 29 29 29 29 29");
        var smoke = Smoke(Hubs(broker.Address, "audit"), Files, "");
        for (var i = 0; i < 20 && smoke.Exit == ExitCode.Done; i++) smoke = Smoke(Hubs(broker.Address, "audit"), Files, "");
        Assert.Equal(ExitCode.Found, smoke.Exit);
        Assert.Contains("FAIL  newest of audit           audit: it may not be read: Broker: Topic authorization failed", smoke.Out, StringComparison.Ordinal);
        Assert.Contains("'Azure Event Hubs Data Receiver'", smoke.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_TLS_and_without_an_identity_both_are_told()
    {
        using var broker = await BrokerAsync();
        var smoke = Smoke(Hubs(broker.Address, "audit").Replace("\"none\"", "\"workload-identity\"", StringComparison.Ordinal), Files, "");
        Assert.Equal(ExitCode.Found, smoke.Exit);
        Assert.Contains($"FAIL  broker                    {broker.Address}: there is no TLS with it: ", smoke.Out, StringComparison.Ordinal);
        Assert.Contains("FAIL  token                     No token for https://127.0.0.1/.default: WorkloadIdentityCredential authentication unavailable", smoke.Out, StringComparison.Ordinal);
        Assert.Contains("-     hub audit                 not tried, since 'token' does not work", smoke.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_string_is_not_printed()
    {
        using var broker = await BrokerAsync();
        var hubs = Hubs(broker.Address, "audit").Replace("\"Auth\": \"none\"", $"\"Auth\": \"connection-string\", \"ConnectionString\": \"Endpoint=sb://n.example.org/;SharedAccessKeyName=listen;SharedAccessKey={Key}\"", StringComparison.Ordinal);
        var smoke = Smoke(hubs, Files, "");
        Assert.Equal(ExitCode.Found, smoke.Exit);
        Assert.DoesNotContain(Key, smoke.Out + smoke.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_may_only_be_read_or_is_not_there_is_told_and_its_signature_is_not()
    {
        var blobs = await azurite.ContainerAsync();
        var readOnly = azurite.Client(blobs.Container.Segments[^1]).GenerateSasUri(BlobContainerSasPermissions.Read | BlobContainerSasPermissions.List, TimeProvider.System.GetUtcNow().AddHours(1));
        var smoke = Smoke(InFiles, $$"""{"Kind": "blobs", "Blobs": {"Container": "{{readOnly.AbsoluteUri}}", "Auth": "sas"} }""", "");
        Assert.Equal(ExitCode.Found, smoke.Exit);
        Assert.Contains("FAIL  checkpoints ", smoke.Out, StringComparison.Ordinal);
        Assert.Contains("it may not be used (AuthorizationPermissionMismatch", smoke.Out, StringComparison.Ordinal);
        Assert.Contains("Storage Blob Data Contributor", smoke.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(new BlobUriBuilder(readOnly).Sas.Signature, smoke.Out + smoke.Error, StringComparison.Ordinal);

        var missing = await azurite.ContainerAsync(isMade: false);
        Assert.Contains("the container does not exist", Smoke(InFiles, Blobs(missing), "").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_workspace_that_may_not_be_read_is_told()
    {
        using var refusing = new LogAnalyticsStandIn(s_workspace, [], new StandInFaults { AlwaysStatus = 403, AlwaysCode = "InsufficientAccessError" });
        var smoke = Smoke(InFiles, Files, Workspace(refusing));
        Assert.Equal(ExitCode.Found, smoke.Exit);
        Assert.Contains("FAIL  log analytics             log-analytics/b2b0c6a4-9c1d-4f7e-8a35-0d5e6f7a8b9c: it may not be read: 403", smoke.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void What_takes_too_long_is_told_and_does_not_hold_up_the_rest()
    {
        // A listener that says nothing; TLS waits for it.
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var hubs = Hubs(silent.LocalEndpoint.ToString()!, "audit").Replace("\"none\"", "\"workload-identity\"", StringComparison.Ordinal);
        var smoke = Smoke(hubs, Files, "", "--timeout", "1s");
        Assert.Equal(ExitCode.Found, smoke.Exit);
        Assert.Contains("it does not answer in time.", smoke.Out, StringComparison.Ordinal);
        Assert.Contains("ok    checkpoints ", smoke.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sink_that_cannot_take_alerts_is_told()
    {
        _folder.Write("out", "a file where a folder should be");
        var smoke = SmokeWith(InFiles, Files, "", $$"""{"File": {"Path": "{{_folder.At("out/alerts.ndjson")}}"} }""");
        Assert.Equal(ExitCode.Found, smoke.Exit);
        Assert.Contains("FAIL  sink File ", smoke.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_alert_is_sent_only_when_asked_for_and_is_marked()
    {
        Assert.Equal(ExitCode.Done, Smoke(InFiles, Files, "").Exit);
        Assert.False(File.Exists(_folder.At("alerts.ndjson")));
        var smoke = Smoke(InFiles, Files, "", "--send-test-alert");
        Assert.Equal(ExitCode.Done, smoke.Exit);
        var alert = Assert.Single(_folder.Lines("alerts.ndjson"));
        Assert.Contains("\"ruleName\":\"smoke_test\"", alert, StringComparison.Ordinal);
        Assert.Contains("\"severity\":\"informational\"", alert, StringComparison.Ordinal);
        Assert.Contains("nothing has happened", alert, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_settings_are_told_before_anything_is_tried()
    {
        var config = _folder.Write("bad.json", """{"Source": {"Kind": "filse"}, "Sinks": {"Console": {}}}""");
        var smoke = Cli.Run("smoke", "--config", config);
        Assert.Equal(ExitCode.Usage, smoke.Exit);
        Assert.Contains("Source:Kind: 'filse'", smoke.Error, StringComparison.Ordinal);
        Assert.Empty(smoke.Out);
    }

    private static void Send(string broker, string records)
    {
        using var hub = new HubStream(broker, _ => "audit", 2, 2, new HubPace(null, null, TimeProvider.System, Cancellation));
        hub.Write(System.Text.Encoding.UTF8.GetBytes(records));
        hub.Flush();
    }

    private string InFiles
    {
        get
        {
            Directory.CreateDirectory(_folder.At("in"));
            return $$"""{"Files": {"Paths": ["{{_folder.At("in")}}"]} }""";
        }
    }

    private string Files => $$"""{"Files": {"Path": "{{_folder.At("state")}}"} }""";

    private static string Hubs(string broker, params string[] hubs) => $$"""{"Kind": "eventhubs", "EventHubs": {"Brokers": "{{broker}}", "Auth": "none", "Topics": ["{{string.Join("\", \"", hubs)}}"]} }""";

    private static string Blobs(BlobCheckpointOptions blobs) => $$"""{"Kind": "blobs", "Blobs": {"Container": "{{blobs.Container}}", "Auth": "account-key", "AccountKey": "{{blobs.AccountKey}}", "Prefix": "state"} }""";

    private static string Workspace(LogAnalyticsStandIn service) => $$"""{"Workspace": "{{s_workspace}}", "Endpoint": "{{service.Endpoint}}"}""";

    private async Task<Broker> BrokerAsync()
    {
        var process = DetectorProcess.Start(_folder.Path, "broker", "--topic", "audit", "--topic", "signin", "--partitions", "2");
        return new Broker(process, await process.LineAsync(Cancellation));
    }

    private Outcome Smoke(string source, string checkpoints, string warmUp, params string[] options) => SmokeWith(source, checkpoints, warmUp, $$"""{"File": {"Path": "{{_folder.At("alerts.ndjson")}}"}, "Console": {} }""", options);

    private Outcome SmokeWith(string source, string checkpoints, string warmUp, string sinks, params string[] options)
    {
        var config = _folder.Write("run.json", $$"""{"Source": {{source}}, "Checkpoints": {{checkpoints}}, {{(warmUp.Length == 0 ? "" : $"\"WarmUp\": {warmUp},")}} "Sinks": {{sinks}} }""");
        return Cli.Run(["smoke", "--config", config, .. options]);
    }

    private sealed record Broker(DetectorProcess Process, string Address) : IDisposable
    {
        public void Dispose() => Process.Dispose();
    }
}
