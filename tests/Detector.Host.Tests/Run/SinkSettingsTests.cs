using System.Collections;
using Detector.Engine.Rules;
using Detector.Host.Run.Settings;
using Detector.Host.Run.Settings.Sinks;
using Detector.Sinks.Webhook;

namespace Detector.Host.Tests.Run;

public sealed class SinkSettingsTests : IDisposable
{
    private const string Hook = "https://prod-1.westeurope.logic.azure.com:443/workflows/abc/triggers/manual/paths/invoke?api-version=2016-06-01&sig=PLANTED-SIGNATURE";

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_sink_is_made_as_its_section_says()
    {
        var settings = Read(
            """
            "File": {"Path": "a.ndjson", "Tiers": ["0", "1"], "MaxBytes": 100000000},
            "Teams": {"MinSeverity": "medium", "Mentions": {"CISO": {"Id": "ciso@contoso.nl"} }, "AlertAddress": "https://security.microsoft.com/alerts/{alertId}", "Heartbeat": "06:00:00", "Quiet": {"From": "22:00", "Until": "07:00"} },
            "Teams-night": {"MinSeverity": "critical", "Rules": ["break_glass_*"], "UrlFile": "FOLDER/hook"},
            "Sentinel": {"Endpoint": "https://r-1.westeurope-1.ingest.monitor.azure.com", "RuleId": "dcr-1", "Auth": "azure-cli"},
            "Sms": {"Endpoint": "https://r.europe.communication.azure.com", "From": "+3197012345678", "To": ["+31612345678"], "Auth": "access-key"},
            "PagerDuty": {"Region": "us"},
            "Webhook": {"Key": ""},
            "Webhook-siem": {"Format": "ocsf", "Mode": "binary"}
            """,
            out var problems,
            ("DETECTOR_Sinks__Teams__Url", Hook), ("DETECTOR_Sinks__Webhook__Url", "https://soar.contoso.nl/in"), ("DETECTOR_Sinks__Webhook-siem__Url", "https://siem.contoso.nl/in"), ("DETECTOR_Sinks__Webhook__Key", "PLANTED-KEY"), ("DETECTOR_Sinks__Sms__AccessKey", "UExBTlRFRA=="), ("DETECTOR_Sinks__PagerDuty__RoutingKey", "PLANTED-ROUTE"));
        Assert.Empty(problems);
        Assert.Equal(["File", "PagerDuty", "Sentinel", "Sms", "Teams", "Teams-night", "Webhook", "Webhook-siem"], settings!.Sinks.Sections.Select(section => section.Name).Order(StringComparer.Ordinal));
        var teams = settings.Sinks.Sections.OfType<TeamsSection>().ToDictionary(section => section.Name, StringComparer.Ordinal);
        Assert.Equal((Severity.Medium, "CISO", Severity.Critical), (teams["Teams"].Route.MinSeverity, teams["Teams"].Mentions[0].Name, teams["Teams"].Mentions[0].From));
        Assert.Equal(["break_glass_*"], teams["Teams-night"].Route.Rules);
        Assert.Equal(new Uri(Hook), teams["Teams-night"].Address);
        Assert.Equal((TimeSpan.FromHours(6), new QuietSettings(new TimeOnly(22, 0), new TimeOnly(7, 0), Severity.Critical)), (teams["Teams"].Heartbeat!.Value, teams["Teams"].Quiet));
        Assert.Null(teams["Teams-night"].Quiet);
        Assert.Equal(new Detector.Sinks.Files.FileRotation(100_000_000, 10), settings.Sinks.Sections.OfType<FileSection>().Single().Rotation);
        Assert.Contains("PLANTED-SIGNATURE", settings.Sinks.Secrets);
        foreach (var secret in (string[])["PLANTED-KEY", "PLANTED-ROUTE", "UExBTlRFRA=="]) Assert.Contains(secret, settings.Sinks.Secrets);
        Assert.Equal("PLANTED"u8, settings.Sinks.Sections.OfType<SmsSection>().Single().KeyBytes!);
        Assert.Equal("events.pagerduty.com", settings.Sinks.Sections.OfType<PagerDutySection>().Single().Address.Host);
        var webhooks = settings.Sinks.Sections.OfType<WebhookSection>().ToDictionary(section => section.Name, StringComparer.Ordinal);
        Assert.Equal((WebhookFormat.Detector, false), (webhooks["Webhook"].Format, webhooks["Webhook"].IsBinary));
        Assert.Equal((WebhookFormat.Ocsf, true), (webhooks["Webhook-siem"].Format, webhooks["Webhook-siem"].IsBinary));
        Assert.Equal(8, settings.Sinks.Make(new SinkSurroundings(Stream.Null, TimeZoneInfo.Utc, TimeProvider.System)).Count);
    }

    [Fact]
    public void What_is_wrong_is_told_with_its_key_and_without_the_secret()
    {
        Assert.Null(Read(
            $$"""
            "Teams": {"Url": "{{Hook}}", "MinSeverity": "severe", "AlertAddress": "http://x/{alertId}"},
            "Teams-other": {},
            "Teams-empty": {"UrlFile": "FOLDER/nothing"},
            "Teams-elsewhere": {"AllowedHosts": ["*.logic.azure.com"]},
            "Webhook": {"Key": "PLANTED-KEY", "Quiet": {"From": "10 pm", "Until": "07:00"}, "Format": "leef", "Mode": "batched"},
            "Sentinel": {"Endpoint": "https://evil.example"},
            "Sms": {"Endpoint": "https://evil.example", "To": ["0612345678"], "Auth": "access-key"},
            "PagerDuty": {"Quiet": {"From": "22:00"} },
            "File": {"Path": "a", "Tiers": ["zero"], "Keep": 3}
            """,
            out var problems,
            ("DETECTOR_Sinks__Teams-elsewhere__Url", "https://evil.example/PLANTED-SIGNATURE"), ("DETECTOR_Sinks__Webhook__Url", "http://soar.contoso.nl/PLANTED-SIGNATURE")));
        var text = string.Join('\n', problems);
        foreach (var part in (string[])
        [
            "Sinks:Teams:Url: It is a secret, and does not belong into a file of settings. Give it as the environment variable DETECTOR_Sinks__Teams__Url",
            "Sinks:Teams:MinSeverity: 'severe' is none of",
            "Sinks:Teams:AlertAddress: It has to be an https address",
            "Sinks:Teams-other:Url: Give the address as the environment variable DETECTOR_Sinks__Teams-other__Url",
            "Sinks:Teams-empty:UrlFile: The file cannot be read",
            "Sinks:Teams-elsewhere:Url: Its host evil.example is none of those that are allowed: *.logic.azure.com.",
            "Sinks:Webhook:Url: It has to be an https address.",
            "Sinks:Webhook:Key: It is a secret",
            "Sinks:Webhook:Format: 'leef' is none of",
            "Sinks:Webhook:Mode: 'batched' is none of",
            "Sinks:Sentinel:Endpoint: Its host evil.example is none of those that are allowed",
            "Sinks:Sentinel:RuleId: Give the immutable id",
            "Sinks:Sms:Endpoint: Its host evil.example is none of those that are allowed",
            "Sinks:Sms:From: Give the number",
            "Sinks:Sms:To: '0612345678' is no number.",
            "Sinks:Sms:AccessKey: It is needed for this Auth.",
            "Sinks:PagerDuty:RoutingKey: Give the integration key",
            "Sinks:PagerDuty:Quiet:Until: Give both",
            "Sinks:Webhook:Quiet:From: '10 pm' is no time of day.",
            "Sinks:File:Keep: Files are kept beside",
            "Sinks:File:Tiers: 'zero' is no tier.",
        ])
            Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.DoesNotContain("PLANTED", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_alert_goes_through_each_sink_and_each_says_what_came_of_it()
    {
        var config = _folder.Write("run.json", $$"""{"Source": {"Kind": "files", "Files": {"Paths": ["in"]} }, "Sinks": {"File": {"Path": "{{_folder.At("alerts.ndjson")}}", "MinSeverity": "critical"}, "Console": {} } }""");
        var run = Cli.Run("sinks", "test", "--config", config);
        Assert.Equal(ExitCode.Done, run.Exit);
        Assert.Contains("sink File                 it has accepted a test alert", run.Out, StringComparison.Ordinal);
        Assert.Contains("Everything works.", run.Out, StringComparison.Ordinal);
        Assert.Contains("\"ruleName\":\"smoke_test\"", File.ReadAllText(_folder.At("alerts.ndjson")), StringComparison.Ordinal);

        run = Cli.Run("sinks", "test", "--config", config, "--sink", "Temas");
        Assert.Equal(ExitCode.Usage, run.Exit);
        Assert.Contains("there is no sink 'Temas'; there are ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_letters_are_sent_again_and_what_is_not_accepted_stays()
    {
        var config = _folder.Write("run.json", $$"""{"Source": {"Kind": "files", "Files": {"Paths": ["in"]} }, "Checkpoints": {"Files": {"Path": "{{_folder.At("state")}}"} }, "Sinks": {"File": {"Path": "{{_folder.At("alerts.ndjson")}}"} } }""");
        Assert.Contains("There are no dead letters", Cli.Run("sinks", "redeliver", "--config", config).Error, StringComparison.Ordinal);

        Cli.Run("replay", _folder.Write("in/a.ndjson", Records.Activation("a1", Records.SundayNight)), "--out", _folder.At("replayed.ndjson"));
        var alert = (await File.ReadAllLinesAsync(_folder.At("replayed.ndjson"), TestContext.Current.CancellationToken))[0];
        var outgoing = Detector.Sinks.Delivery.DeadLetter.Parse($$"""{"sink":"File","time":"2026-03-01T00:00:00Z","reason":"once","number":7,"closing":false,"alert":{{alert}}}""").Alert;
        var letters = new Detector.Sinks.Delivery.DeadLetterFile(_folder.At("state/dead-letters.ndjson"), TimeProvider.System);
        await letters.AddAsync("File", outgoing, "once", TestContext.Current.CancellationToken);
        await letters.AddAsync("Teams", outgoing, "no such flow", TestContext.Current.CancellationToken);

        // A line that a crash cut off.
        await File.AppendAllTextAsync(_folder.At("state/dead-letters.ndjson"), "{\"sink\":\"File\",\"al", TestContext.Current.CancellationToken);
        var run = Cli.Run("sinks", "redeliver", "--config", config);
        Assert.Equal(ExitCode.Done, run.Exit);
        Assert.Contains("1 sent, 0 not accepted, 1 of sinks that are not asked.", run.Error, StringComparison.Ordinal);
        Assert.Equal([alert], await File.ReadAllLinesAsync(_folder.At("alerts.ndjson"), TestContext.Current.CancellationToken));
        var left = Assert.Single(Detector.Sinks.Delivery.DeadLetterFile.Read(_folder.At("state/dead-letters.ndjson")));
        Assert.Equal(("Teams", "no such flow", outgoing.Id), (left.Sink, left.Reason, left.Alert.Id));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.At("state/dead-letters.ndjson")));
    }

    private RunSettings? Read(string sinks, out IReadOnlyList<string> problems, params (string Name, string Value)[] environment)
    {
        _folder.Write("hook", Hook + "\n");
        var config = _folder.Write("sinks.json", $$"""{"Source": {"Kind": "files", "Files": {"Paths": ["in"]} }, "Sinks": { {{sinks.Replace("FOLDER", _folder.Path, StringComparison.Ordinal)}} } }""");
        var variables = new Hashtable();
        foreach (var (name, value) in environment) variables[name] = value;
        return RunConfiguration.Read(config, variables, out problems);
    }
}
