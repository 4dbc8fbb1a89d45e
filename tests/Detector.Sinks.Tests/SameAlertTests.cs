using System.Text.Encodings.Web;
using System.Text.Json;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;
using Detector.Sinks.Http;
using Detector.Sinks.PagerDuty;
using Detector.Sinks.Sentinel;
using Detector.Sinks.Sms;
using Detector.Sinks.Teams;
using Detector.Sinks.Webhook;
using Detector.Testing;

namespace Detector.Sinks.Tests;

/// <summary>The same alerts as each sink says them, in files beside each other: <c>golden/ALERT.SINK</c>; with <c>UPDATE_GOLDEN=1</c> they are written.</summary>
public sealed class SameAlertTests
{
    private const string AlertAddress = "https://security.microsoft.com/alerts/{alertId}";

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly TimeZoneInfo s_zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");

    private static readonly AlertCard s_card = new(new CardOptions { TimeZone = s_zone, AlertAddress = AlertAddress, Mentions = [new CardMention("ciso@contoso.nl", "CISO", Severity.Critical)] });

    public static TheoryData<string> Names => ["break-glass", "risk", "revision", "large"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_sink_says_an_alert_as_in_its_file(string name)
    {
        var alert = OutgoingAlert.Of(AlertOf(name), 1);
        var card = name == "revision" ? s_card.Of(alert, OutgoingAlert.Of(AlertOf("risk"), 1).Document, 0) : s_card.Of(alert);
        Assert.InRange(card.Length, 1, 24_000);
        Equal($"{name}.teams.json", Indented(card));
        Equal($"{name}.sentinel.json", Indented(DetectionRow.Of(alert)));
        Equal($"{name}.pagerduty.json", Indented(PagerDutySink.EventOf(alert, "the-routing-key")));
        Equal($"{name}.cloudevent.json", Indented(CloudEvent.Of(alert, WebhookFormat.Detector).Structured()));
        Equal($"{name}.ocsf.json", Indented(OcsfFinding.Of(alert)));
        Equal($"{name}.cef.txt", CefLine.Of(alert) + "\n");
        await using var sms = new SmsSink(new SinkHttp(new SinkHttpOptions { AllowedHosts = [] }), new SmsOptions { Endpoint = new Uri("https://r.communication.azure.com"), From = "Detector", To = [], TimeZone = s_zone, AlertAddress = AlertAddress }, TimeProvider.System);
        Equal($"{name}.sms.txt", sms.TextOf(alert) + "\n");
    }

    [Fact]
    public void Many_alerts_are_one_card_as_in_its_file() =>
        Equal("summary.teams.json", Indented(s_card.OfMany([OutgoingAlert.Of(AlertOf("break-glass"), 1), OutgoingAlert.Of(AlertOf("risk"), 2), .. Alerts.Many(40, from: 3)])));

    [Theory]
    [InlineData("cloudevent.json")]
    [InlineData("ocsf.json")]
    [InlineData("pagerduty.json")]
    [InlineData("sentinel.json")]
    [InlineData("sms.txt")]
    public void What_the_readme_shows_of_an_alert_is_what_a_sink_says(string ending)
    {
        // In the readme "…" stands for what is left out.
        var readme = File.ReadAllText(RepositoryFolder.Path("README.md"));
        var begin = readme.IndexOf($"<!-- break-glass.{ending} -->", StringComparison.Ordinal);
        Assert.True(begin >= 0, $"README.md shows no break-glass.{ending}.");
        var shown = readme[begin..].Split("```")[1];
        var whole = Packed(File.ReadAllText(RepositoryFolder.Path($"tests/Detector.Sinks.Tests/golden/break-glass.{ending}")));
        var at = 0;
        foreach (var piece in Packed(shown[shown.IndexOf('\n', StringComparison.Ordinal)..]).Split('…', StringSplitOptions.RemoveEmptyEntries))
        {
            var found = whole.IndexOf(piece, at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"{piece} is not in break-glass.{ending}, or not there.");
            at = found + piece.Length;
        }

        Assert.True(at > 20);
    }

    private static Alert AlertOf(string name) => name switch
    {
        "break-glass" => Alerts.Whole(7, Severity.Critical, evidence: 1) with
        {
            Rule = new SigmaRule
            {
                Id = "8f2f3c0e-54a7-4c0b-9d55-3f6a1b7c0002",
                Name = "break_glass_sign_in",
                Title = "Break-glass account signed in",
                Version = "sha256:1",
                File = "test",
                Severity = Severity.Critical,
                Predicate = new ConstantPredicate(true),
                Tags = ["attack.initial-access", "attack.persistence", "attack.t1078.004"],
                Runbook = "https://runbooks.contoso.nl/break-glass",
            },
            Score = null,
            Factors = [],
            Actor = new Principal("8d1f0e3a-0000-4000-8000-000000000003", "breakglass1@contoso.nl"),
            Role = null,
            Justification = null,
            Ticket = null,
            DeviceName = null,
        },
        "revision" => AlertOf("risk") is var before ? before with
        {
            Revision = 1,
            Score = 95,
            Severity = Severity.Critical,
            Factors = before.Factors.Add(new Factor("first_country", 10, "First time from there", ["S_4"])),
            Evidence = before.Evidence.Add(new Evidence("S_4", before.EventTime.AddMinutes(-2), "SignInLogs", "Sign-in activity", "0")),
        } : before,

        // Enough of everything that a card has to be cut.
        "large" => Alerts.Whole(9, text: string.Concat(Enumerable.Repeat("张 é <b> ", 60)), evidence: 30) with
        {
            Actor = new Principal("3b0c6e0a-0000-4000-8000-000000000002", "j.jansen@contoso.nl"),
            Ip = "2001:db8::7",
            Factors = [.. Enumerable.Range(1, 25).Select(i => new Factor($"f{i}", i, string.Concat(Enumerable.Repeat($"reason {i} ", 30)), ["S_1"]))],
        },
        _ => Alerts.Whole(8),
    };

    private static string Indented(byte[] json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement, s_indented) + "\n";

    private static string Packed(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static void Equal(string name, string text) => Golden.Equal(name, text, "golden");
}
