using System.Globalization;
using System.Text.Json.Nodes;
using Detector.Testing.LogAnalytics;

namespace Detector.Host.Tests.Run.WarmUp;

/// <summary>What a worker knows, says and sends when it was warmed up, and what it does when that fails.</summary>
public sealed class WarmUpTests : IDisposable
{
    private static readonly Guid s_workspace = new("b2b0c6a4-9c1d-4f7e-8a35-0d5e6f7a8b9c");

    private readonly Folder _folder = new();

    public WarmUpTests()
    {
        _folder.Write("rules/signed_in.yml", """
            title: Signed in
            id: 5b1f2a52-6a3e-4a5e-9a53-0d0a64d3c001
            name: signed_in
            status: test
            description: Somebody signed in.
            logsource: { product: azure, service: signinlogs }
            detection: { selection: { ResultType: 0 }, condition: selection }
            level: informational
            custom_attributes: { detector: { generate: false } }
            """);
        _folder.Write("rules/new_country.detector.yaml", """
            title: New country
            id: 5b1f2a52-6a3e-4a5e-9a53-0d0a64d3c002
            name: new_country
            status: test
            description: A country that is new for the user.
            detector: { version: 1, type: first_seen, on: signed_in, by: [User.Id], fields: [Location.Country], history: 90d, warm-up: 14d, level: medium }
            """);
        Directory.CreateDirectory(_folder.At("in"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Twenty days of one user at home.
    private static IEnumerable<string> AtHome => Enumerable.Range(0, 20).SelectMany(day => Enumerable.Range(0, 3).Select(i => SignIn($"h{day}-{i}", s_home.AddDays(day).AddMinutes(i), "NL")));

    private static readonly DateTime s_home = new(2026, 3, 1, 9, 0, 0, DateTimeKind.Utc);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_known_place_is_known_and_a_new_one_is_an_alert()
    {
        Write("past.ndjson", AtHome);
        Write("in/live.ndjson", [SignIn("l1", s_home.AddDays(21), "NL"), SignIn("l2", s_home.AddDays(21).AddMinutes(1), "RO")]);

        Assert.Equal(ExitCode.Done, Cli.Run("run", "--once", "--config", Config($$"""{"Paths": ["{{_folder.At("past.ndjson")}}"]}""")).Exit);

        var alert = Assert.Single(_folder.Lines("alerts.ndjson"));
        Assert.Contains("\"new_country\"", alert, StringComparison.Ordinal);
        Assert.Contains("\"l2\"", alert, StringComparison.Ordinal);
    }

    // The hubs keep records for days: with an end to the past, they are live from there.
    [Fact]
    public void What_comes_after_the_end_of_the_past_is_live_though_the_past_has_it_too()
    {
        string[] both = [SignIn("b1", s_home.AddDays(20), "FR"), SignIn("b2", s_home.AddDays(21), "NL"), SignIn("b3", s_home.AddDays(21).AddMinutes(1), "RO")];
        Write("past.ndjson", AtHome.Concat(both));
        Write("in/live.ndjson", both);

        Assert.Equal(ExitCode.Done, Cli.Run("run", "--once", "--config", Config($$"""{"Paths": ["{{_folder.At("past.ndjson")}}"], "Until": "2026-03-21T12:00:00Z"}""")).Exit);

        // FR is of the past, by a day; RO is not.
        var alert = Assert.Single(_folder.Lines("alerts.ndjson"));
        Assert.Contains("\"b3\"", alert, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_past_the_rule_still_learns_and_says_nothing()
    {
        Write("in/live.ndjson", [SignIn("l1", s_home.AddDays(21), "NL"), SignIn("l2", s_home.AddDays(21).AddMinutes(1), "RO")]);
        Assert.Equal(ExitCode.Done, Cli.Run("run", "--once", "--config", Config(warmUp: null)).Exit);
        Assert.Empty(_folder.Lines("alerts.ndjson"));
    }

    [Fact]
    public void What_arose_in_the_past_is_not_sent_again_and_not_closed_but_told_when_something_live_changes_it()
    {
        var rules = ShippedFolder.CopyTo(_folder, "shipped");
        _folder.Write("past.ndjson", Records.Failure("f1", "2026-03-01T21:40:00Z") + Records.Activation("a1", Records.SundayNight) + Records.Activation("a2", "2026-03-01T22:11:00Z", "u2"));
        var config = Config($$"""{"Paths": ["{{_folder.At("past.ndjson")}}"]}""", rules);
        string[] Live(string name, string records)
        {
            _folder.Write($"in/{name}", records);
            Assert.Equal(ExitCode.Done, Cli.Run("run", "--once", "--config", config).Exit);
            return [.. _folder.Lines("alerts.ndjson").Where(line => line.Contains("\"pim_activation_risk\"", StringComparison.Ordinal))];
        }

        Assert.Empty(Live("1.ndjson", Records.Activation("a1", Records.SundayNight)));

        // One more failure in the hour before the first activation, which came late.
        var revision = Assert.Single(Live("2.ndjson", Records.Failure("f2", "2026-03-01T22:00:00Z")));
        Assert.Contains("\"revision\":1,\"final\":false", revision, StringComparison.Ordinal);
        Assert.Contains("2 × Failed sign-in", revision, StringComparison.Ordinal);

        // The clock passes both: the one that was told is closed, the other never was there.
        var lines = Live("3.ndjson", string.Concat(Enumerable.Range(0, 4).Select(i => Records.Failure($"z{i}", $"2026-03-02T09:0{i}:00Z", "u9"))));
        Assert.Equal(2, lines.Length);
        Assert.Contains("\"revision\":1,\"final\":true", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.Contains("u2@contoso.nl", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_kill_in_the_middle_begins_it_again_and_a_checkpoint_makes_it_superfluous()
    {
        Write("in/live.ndjson", [SignIn("l1", s_home.AddDays(21), "NL"), SignIn("l2", s_home.AddDays(21).AddMinutes(1), "RO")]);
        using (var busy = new LogAnalyticsStandIn(s_workspace, Rows, new StandInFaults { AlwaysStatus = 503 }))
        {
            using var killed = DetectorProcess.Start(_folder.Path, "run", "--config", Workspace(busy, "wait"));
            await ToldAsync(killed, "Warm-up: there is no checkpoint yet");
            while (busy.Queries.IsEmpty) await Task.Delay(10, Cancellation);
            killed.Kill();
        }

        using var service = new LogAnalyticsStandIn(s_workspace, Rows, new StandInFaults());
        using var again = DetectorProcess.Start(_folder.Path, "run", "--once", "--config", Workspace(service, "wait"));
        Assert.Equal(0, await again.EndAsync(Cancellation));
        await ToldAsync(again, "Warm-up: there is no checkpoint yet", "Warm-up done in 00:00:", "60 records, 0 rejected; 0 alerts of the past are not sent.", "has no table AADManagedIdentitySignInLogs");
        Assert.Single(_folder.Lines("alerts.ndjson"));

        var asked = service.Queries.Count;
        using var third = DetectorProcess.Start(_folder.Path, "run", "--once", "--config", Workspace(service, "wait"));
        Assert.Equal(0, await third.EndAsync(Cancellation));
        await ToldAsync(third, "Warm-up skipped: there is a checkpoint");
        Assert.Equal(asked, service.Queries.Count);
        Assert.Single(_folder.Lines("alerts.ndjson"));
    }

    [Fact]
    public async Task Without_access_it_waits_and_says_so()
    {
        Write("in/live.ndjson", [SignIn("l1", s_home.AddDays(21), "NL")]);
        using var service = new LogAnalyticsStandIn(s_workspace, [], new StandInFaults { AlwaysStatus = 403, AlwaysCode = "InsufficientAccessError" });
        using var worker = DetectorProcess.Start(_folder.Path, "run", "--config", Workspace(service, "wait"));
        await ToldAsync(worker, "it may not be read: 403", "Log Analytics Data Reader", "It is tried again in 5 seconds; nothing live is read before");

        Assert.Equal(0, await worker.StopAsync(Cancellation));
        Assert.Empty(_folder.Lines("alerts.ndjson"));

        // Nobody waits for a run that ends by itself.
        using var once = DetectorProcess.Start(_folder.Path, "run", "--once", "--config", Workspace(service, "wait"));
        Assert.Equal(ExitCode.Input, await once.EndAsync(Cancellation));
        await ToldAsync(once, "Warm-up: there is no checkpoint yet");
    }

    [Fact]
    public async Task Rules_that_change_meanwhile_begin_it_again_under_the_new_ones()
    {
        using var service = new LogAnalyticsStandIn(s_workspace, [], new StandInFaults { AlwaysStatus = 403, AlwaysCode = "InsufficientAccessError" });
        using var worker = DetectorProcess.Start(_folder.Path, "run", "--config", Workspace(service, "wait"));
        await ToldAsync(worker, "It is tried again in 5 seconds");

        _folder.Write("rules/new_country.detector.yaml", (await File.ReadAllTextAsync(_folder.At("rules/new_country.detector.yaml"), Cancellation)).Replace("level: medium", "level: high", StringComparison.Ordinal));
        await ToldAsync(worker, "the new ones are in force");
        for (var i = 0; i < 600 && Count(worker.Errors, "Warm-up: there is no checkpoint yet") < 2; i++) await Task.Delay(50, Cancellation);
        Assert.Equal(2, Count(worker.Errors, "Warm-up: there is no checkpoint yet"));
        Assert.Equal(0, await worker.StopAsync(Cancellation));
    }

    [Fact]
    public async Task Told_to_go_on_it_goes_on_without_the_past()
    {
        _folder.Write("in/live.ndjson", Records.Activation("a1", Records.SundayNight));
        using var service = new LogAnalyticsStandIn(s_workspace, [], new StandInFaults { AlwaysStatus = 403, AlwaysCode = "InsufficientAccessError" });
        var rules = ShippedFolder.CopyTo(_folder, "shipped");
        using var worker = DetectorProcess.Start(_folder.Path, "run", "--once", "--config", Workspace(service, "go-on", rules));
        Assert.Equal(0, await worker.EndAsync(Cancellation));
        await ToldAsync(worker, "Warm-up failed: log-analytics/b2b0c6a4-9c1d-4f7e-8a35-0d5e6f7a8b9c: it may not be read", "The worker goes on without it (WarmUp:OnFailure)");
        Assert.Contains(_folder.Lines("alerts.ndjson"), line => line.Contains("\"pim_activation_risk\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_past_that_is_too_short_for_a_rule_is_told()
    {
        using var service = new LogAnalyticsStandIn(s_workspace, [], new StandInFaults(), tables: ["AuditLogs"]);
        using var worker = DetectorProcess.Start(_folder.Path, "run", "--once", "--config", Config($$"""{"Workspace": "{{s_workspace}}", "Endpoint": "{{service.Endpoint}}", "Days": 7}"""));
        Assert.Equal(0, await worker.EndAsync(Cancellation));
        await ToldAsync(worker, "new_country has to learn for 14 days, and no more than 7 are read");
    }

    [Theory]
    [InlineData("""{}""", "WarmUp: Name what to read the past from")]
    [InlineData("""{"Paths": ["a"], "Workspace": "b2b0c6a4-9c1d-4f7e-8a35-0d5e6f7a8b9c"}""", "and not both")]
    [InlineData("""{"Workspace": "law-prod"}""", "WarmUp:Workspace: 'law-prod' is no workspace ID")]
    [InlineData("""{"Paths": ["a"], "Since": "yesterday"}""", "WarmUp:Since: 'yesterday' is no time")]
    [InlineData("""{"Paths": ["a"], "Since": "2026-03-01", "Days": 3}""", "WarmUp:Since: WarmUp:Days says it too")]
    [InlineData("""{"Paths": ["a"], "Until": "now"}""", "WarmUp:Until: 'now' is no time")]
    [InlineData("""{"Paths": ["a"], "Since": "2026-03-02", "Until": "2026-03-01"}""", "WarmUp:Until: It is not after WarmUp:Since")]
    [InlineData("""{"Paths": ["a"], "OnFailure": "ignore"}""", "WarmUp:OnFailure: 'ignore' is none of wait, go-on")]
    [InlineData("""{"Paths": ["a"], "Endpoint": "http://api.example.org"}""", "WarmUp:Endpoint: 'http://api.example.org' is no https address")]
    [InlineData("""{"Paths": ["a"], "Tables": ["AuditLogs | take 1"]}""", "WarmUp:Tables: 'AuditLogs | take 1' is no name of a table")]
    [InlineData("""{"Pahts": ["a"]}""", "Did you mean 'WarmUp:Paths'?")]
    public void A_fault_names_its_key(string warmUp, string told)
    {
        var run = Cli.Run("run", "--once", "--config", Config(warmUp));
        Assert.Equal(ExitCode.Usage, run.Exit);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<StandInRow> Rows => AtHome.Select(line =>
    {
        var record = JsonNode.Parse(line)!["properties"]!;
        var time = (string)record["createdDateTime"]!;
        var row = new JsonObject { ["TimeGenerated"] = time, ["Type"] = "SigninLogs", ["Category"] = "SignInLogs", ["Id"] = (string)record["id"]!, ["ResultType"] = "0", ["UserId"] = "u1", ["AADTenantId"] = "t1", ["LocationDetails"] = new JsonObject { ["countryOrRegion"] = "NL" } };
        var at = DateTime.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        return new StandInRow("SigninLogs", at, at, row);
    });

    private static string SignIn(string id, DateTime time, string country) =>
        $$$"""{"time":"{{{time:O}}}","category":"SignInLogs","operationName":"Sign-in activity","tenantId":"t1","resultType":"0","properties":{"id":"{{{id}}}","createdDateTime":"{{{time:O}}}","userId":"u1","userPrincipalName":"u1@contoso.nl","status":{"errorCode":0},"location":{"countryOrRegion":"{{{country}}}"} } }""";

    private static async Task ToldAsync(DetectorProcess worker, params string[] sentences)
    {
        for (var i = 0; i < 600 && !sentences.All(sentence => worker.Errors.Contains(sentence, StringComparison.Ordinal)); i++) await Task.Delay(50, Cancellation);
        foreach (var sentence in sentences) Assert.Contains(sentence, worker.Errors, StringComparison.Ordinal);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private void Write(string name, IEnumerable<string> lines) => _folder.Write(name, string.Concat(lines.Select(line => line + "\n")));

    private string Workspace(LogAnalyticsStandIn service, string onFailure, string? rules = null) => Config($$"""{"Workspace": "{{s_workspace}}", "Endpoint": "{{service.Endpoint}}", "Since": "2026-03-01", "OnFailure": "{{onFailure}}"}""", rules);

    private string Config(string? warmUp, string? rules = null) => _folder.Write("run.json", $$$"""
        {"Rules": {"Path": "{{{rules ?? _folder.At("rules")}}}"}, "Source": {"Files": {"Paths": ["{{{_folder.At("in")}}}"]}},
         {{{(warmUp is null ? "" : $"\"WarmUp\": {warmUp},")}}}
         "Checkpoints": {"Files": {"Path": "{{{_folder.At("state")}}}"}}, "Sinks": {"File": {"Path": "{{{_folder.At("alerts.ndjson")}}}"} } }
        """);
}
