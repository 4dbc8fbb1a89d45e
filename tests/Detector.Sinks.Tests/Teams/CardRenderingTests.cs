using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;
using Detector.Sinks.Teams;
using Detector.Testing;
using FsCheck.Fluent;

namespace Detector.Sinks.Tests.Teams;

/// <summary>Cards in Microsoft's own renderer: what is shown is the cleaned text, and nothing of it is alive.</summary>
public sealed class CardRenderingTests
{
    private const string NoBrowser = "There is no chromium on this machine.";

    private static readonly AlertCard s_card = new(new CardOptions
    {
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam"),
        AlertAddress = "https://security.microsoft.com/alerts/{alertId}",
        Mentions = [new CardMention("ciso@contoso.nl", "CISO", Severity.Critical)],
    });

    private static readonly string[] s_hostile =
    [
        "[reset your password](https://evil.example)", "![i](https://evil.example/i.png)", "**bold** _it_ `code`", "- a\n- b\n1. c", "{{DATE(2017-02-14T06:08:39Z, SHORT)}}", "{{{DATE(2017-02-14T06:08:39Z, SHORT)}}}", "{\u200B{DATE(2017-02-14T06:08:39Z, SHORT)}}",
        "${if(true, 'x', 'y')}", "<at>CISO</at>", "<a href=\"https://evil.example\">x</a>", "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "&lt;b&gt;", "\u202Egnp.exe", "javascript:alert(1)", "https://evil.example", "www.evil.example", "mailto:x@evil.example",
        "\\[x\\](y)", "\u0000\u0007\u001B[31m", "😀 張偉 Zoë", "\uD83D", "# heading", "> quote", "| a | b |\n|---|---|", "~~~\ncode\n~~~", "\"}],\"actions\":[{\"type\":\"Action.OpenUrl\"",
    ];

    [Fact]
    public async Task Every_kind_of_card_is_parsed_without_a_word()
    {
        var alert = Alerts.Whole(1, Severity.Critical);
        byte[][] messages =
        [
            s_card.Of(Alerts.One(1)),
            s_card.Of(OutgoingAlert.Of(alert with { Revision = 1, Target = new Principal(null, "someone@contoso.nl") }, 1), OutgoingAlert.Of(alert, 1).Document, 0),
            s_card.OfMany(Alerts.Many(500)),
            s_card.OfWords("Heartbeat", "Detector is alive."),
        ];
        if (await CardRenderer.ShowAsync(messages) is not { } shown) Assert.Skip(NoBrowser);
        else Assert.All(shown, card => Assert.Equal(("", ""), (string.Join('\n', card.Events), string.Join('\n', card.Alive))));
    }

    [Fact]
    public async Task Whatever_is_written_into_a_log_is_shown_as_its_cleaned_text_and_is_nothing_else()
    {
        var random = Gen.Sample(ArbMap.Default.GeneratorFor<string>(), 60, 30).Select(text => text ?? "");
        var texts = s_hostile.Concat(random).Concat([new string('x', 100_000), string.Concat(Enumerable.Repeat("[x](https://evil.example) ", 4000))]).ToList();
        var messages = texts.ConvertAll(text => s_card.Of(OutgoingAlert.Of(Alerts.Whole(text: text), 1)));
        if (await CardRenderer.ShowAsync(messages) is not { } shown)
        {
            Assert.Skip(NoBrowser);
            return;
        }

        foreach (var (text, card) in texts.Zip(shown))
        {
            var clean = PlainText.Clean(text);
            Assert.True(card.Events.Count == 0 && card.Alive.Count == 0, $"{clean}: {string.Join(", ", card.Events.Concat(card.Alive))}");
            if (clean.Length is > 0 and <= 150) Assert.Contains(clean, card.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("2/14/2017", card.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_renderer_that_is_given_markup_shows_it_alive()
    {
        // So that the two above can fail: the same text in an element that renders Markdown.
        var message = System.Text.Encoding.UTF8.GetBytes("""{"attachments":[{"content":{"type":"AdaptiveCard","version":"1.4","body":[{"type":"TextBlock","text":"{{DATE(2017-02-14T06:08:39Z, SHORT)}}"},{"type":"Nonsense"}]}}]}""");
        if (await CardRenderer.ShowAsync([message]) is not { } shown) Assert.Skip(NoBrowser);
        else Assert.NotEmpty(shown[0].Events);
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task A_picture_of_a_card_can_be_taken(string theme)
    {
        var folder = Directory.CreateTempSubdirectory("detector-card-");
        try
        {
            var path = Path.Combine(folder.FullName, $"teams-{theme}.png");
            if (!await CardRenderer.TakePictureAsync(s_card.Of(Alerts.One(1, Severity.Critical)), theme, path, 540)) Assert.Skip(NoBrowser);
            Assert.True(new FileInfo(path).Length > 10_000);
            if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.Copy(path, RepositoryFolder.Path($"docs/pictures/teams-{theme}.png"), overwrite: true);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
