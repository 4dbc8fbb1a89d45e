using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;
using Detector.Sinks.Teams;
using FsCheck;
using FsCheck.Fluent;

namespace Detector.Sinks.Tests.Teams;

public sealed class AlertCardTests
{
    private static readonly CardOptions s_options = new()
    {
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam"),
        AlertAddress = "https://security.microsoft.com/alerts/{alertId}",
        Mentions = [new CardMention("ciso@contoso.nl", "CISO", Severity.Critical)],
    };

    private static readonly AlertCard s_card = new(s_options);

    [Fact]
    public void A_card_says_who_what_when_where_and_why()
    {
        var runs = RunsOf(s_card.Of(Alerts.One(1)));
        foreach (var part in (string[])["HIGH 85 | Risky PIM activation", "j.jansen@contoso.nl", "Global Administrator, tier 0", "Sun 2026-03-01 23:10:04 Europe/Amsterdam", "Utrecht, NL, 203.0.113.7", "LAPTOP-0042", "+30  ", "23:10 Europe/Amsterdam", "Mail flow is down for the ministry", "INC0012345"])
            Assert.Contains(part, runs);
        Assert.Equal(["https://security.microsoft.com/alerts/" + Alerts.One(1).Id, "https://entra.microsoft.com/#view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/3b0c6e0a-0000-4000-8000-000000000002", "https://runbooks.contoso.nl/pim"], UrlsOf(s_card.Of(Alerts.One(1))));
    }

    [Fact]
    public void Who_has_to_know_is_mentioned_from_the_severity_on_that_was_asked_for()
    {
        Assert.DoesNotContain("<at>", Encoding.UTF8.GetString(s_card.Of(Alerts.One(1))), StringComparison.Ordinal);
        var critical = Card(s_card.Of(Alerts.One(1, Severity.Critical)));
        Assert.Equal("<at>CISO</at>", critical["body"]![1]!["text"]!.GetValue<string>());
        var entity = critical["msteams"]!["entities"]![0]!;
        Assert.Equal(("<at>CISO</at>", "ciso@contoso.nl"), (entity["text"]!.GetValue<string>(), entity["mentioned"]!["id"]!.GetValue<string>()));
    }

    [Fact]
    public void A_revision_says_what_changed()
    {
        var before = Alerts.Whole();
        var after = before with { Revision = 2, Score = 95, Factors = before.Factors.Add(new Factor("strange", 10, "First time from there", ["S_9"])), Evidence = before.Evidence.Add(before.Evidence[0] with { Id = "S_9" }) };
        Assert.Contains("Revision 2, after 1: score 85 → 95, 1 new reason, 1 more record", RunsOf(s_card.Of(OutgoingAlert.Of(after, 2), OutgoingAlert.Of(before, 1).Document, 1)));
        Assert.Contains("Revision 2 of an alert that was sent before", RunsOf(s_card.Of(OutgoingAlert.Of(after, 2))));
    }

    [Fact]
    public void However_much_there_is_a_card_is_small_enough_and_says_what_is_missing()
    {
        foreach (var text in (string[])["x", "\u0301", "张", "😀", "\"", "\\", "<", "{", "&"])
        {
            var whole = Alerts.Whole(text: string.Concat(Enumerable.Repeat(text, 2_000)), evidence: 400) with { Justification = string.Concat(Enumerable.Repeat(text, 1_000_000)) };
            var factor = whole.Factors[0];
            var message = s_card.Of(OutgoingAlert.Of(whole with { Factors = [.. Enumerable.Range(0, 60).Select(i => factor with { Id = $"f{i}" })] }, 1));
            Assert.True(message.Length <= s_options.BytesMax, $"{text}: {message.Length}");
            Assert.Contains(RunsOf(message), run => run.StartsWith("and ", StringComparison.Ordinal) && run.EndsWith(" more records", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Hostile_text_is_in_text_runs_alone_and_makes_no_address() => Prop.ForAll(ArbMap.Default.ArbFor<string>(), random =>
    {
        var text = $"{random}[x](https://evil.example){{{{DATE(2017-02-14T06:08:39Z, SHORT)}}}}<at>all</at>\u202E{random}";
        var message = s_card.Of(OutgoingAlert.Of(Alerts.Whole(text: text, severity: Severity.Critical) with { Rule = Alerts.Rule(runbook: text) }, 1));
        var clean = PlainText.Clean(text);
        var card = Card(message);
        Assert.All(Blocks(card, "TextBlock"), block => Assert.Equal("<at>CISO</at>", block["text"]!.GetValue<string>()));
        Assert.Contains(RunsOf(message), run => run == clean);
        Assert.All(UrlsOf(message), url => Assert.True(url.StartsWith("https://security.microsoft.com/", StringComparison.Ordinal) || url.StartsWith("https://entra.microsoft.com/", StringComparison.Ordinal), url));
        Assert.DoesNotContain("{{", Encoding.UTF8.GetString(message), StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example)\"", Encoding.UTF8.GetString(message).Replace("hxxps", "", StringComparison.Ordinal).Replace("://evil.example)", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Ten_thousand_alerts_are_one_card_that_counts_them_and_names_the_gravest()
    {
        var alerts = Alerts.Many(10_000);
        alerts.Add(Alerts.One(10_001, Severity.Critical));
        var message = s_card.OfMany(alerts);
        Assert.True(message.Length <= s_options.BytesMax);
        var runs = RunsOf(message);
        Assert.Contains("10001 alerts in a short time", runs);
        Assert.Contains("1 critical, 10000 high", runs);
        Assert.Equal("CRITICAL 85 ", runs[runs.IndexOf("The gravest") + 1]);
        Assert.Contains("and 9989 more alerts", runs);
    }

    [Fact]
    public void Cards_have_only_elements_that_the_schema_of_1_4_knows()
    {
        foreach (var message in (byte[][])[s_card.Of(Alerts.One(1, Severity.Critical)), s_card.OfMany(Alerts.Many(30)), s_card.OfWords("Heartbeat", "Detector is alive.")])
        {
            var card = Card(message);
            Assert.Equal(("AdaptiveCard", "1.4"), (card["type"]!.GetValue<string>(), card["version"]!.GetValue<string>()));
            var known = new HashSet<string>(["AdaptiveCard", "TextBlock", "RichTextBlock", "TextRun", "ColumnSet", "Column", "Action.OpenUrl", "mention"], StringComparer.Ordinal);
            Assert.All(Everything(card).Select(node => node["type"]?.GetValue<string>()).OfType<string>(), type => Assert.Contains(type, known));
        }
    }

    private static JsonNode Card(byte[] message) => JsonNode.Parse(message)!["attachments"]![0]!["content"]!;

    private static List<string> RunsOf(byte[] message) => [.. Blocks(Card(message), "TextRun").Select(run => run["text"]!.GetValue<string>())];

    private static List<string> UrlsOf(byte[] message) => [.. Blocks(Card(message), "Action.OpenUrl").Select(action => action["url"]!.GetValue<string>())];

    private static IEnumerable<JsonObject> Blocks(JsonNode card, string type) => Everything(card).Where(node => node["type"] is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() == type);

    private static IEnumerable<JsonObject> Everything(JsonNode? node) => node switch
    {
        JsonObject item => item.Select(pair => pair.Value).SelectMany(Everything).Prepend(item),
        JsonArray list => list.SelectMany(Everything),
        _ => [],
    };
}
