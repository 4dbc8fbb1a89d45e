using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Detector.Testing;

namespace Detector.Sinks.Tests.Teams;

/// <summary>Shows cards in a browser without a window, with Microsoft's own renderer.</summary>
internal static class CardRenderer
{
    private const string Browser = "chromium";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <summary>What the tests of the wire are to a broker: where this is set, a browser that is absent is a failure.</summary>
    private static bool IsRequired => Environment.GetEnvironmentVariable("DETECTOR_BROWSER") == "required";

    /// <summary>What came of each card; null where there is no browser.</summary>
    public static async Task<IReadOnlyList<Shown>?> ShowAsync(IReadOnlyList<byte[]> messages)
    {
        if (await RunAsync(messages, "light", "--dump-dom") is not { } page) return null;
        const string Begin = "<pre id=\"out\" style=\"display: none;\">";
        var from = page.IndexOf(Begin, StringComparison.Ordinal);
        Assert.True(from >= 0, page[..Math.Min(page.Length, 2000)]);
        var text = page[(from + Begin.Length)..page.IndexOf("</pre>", from, StringComparison.Ordinal)];
        using var json = JsonDocument.Parse(Convert.FromBase64String(text));
        return [.. json.RootElement.EnumerateArray().Select(card => new Shown(Texts(card, "events"), Texts(card, "alive"), Texts(card, "runs"), card.GetProperty("text").GetString() ?? ""))];
    }

    /// <summary>Takes a picture of a card, as PNG; false where there is no browser.</summary>
    public static async Task<bool> TakePictureAsync(byte[] message, string theme, string path, int height) =>
        await RunAsync([message], theme, $"--screenshot={path}", $"--window-size=620,{height}", "--hide-scrollbars", "--force-device-scale-factor=2") is not null;

    private static List<string> Texts(JsonElement card, string name) => [.. card.GetProperty(name).EnumerateArray().Select(text => text.GetString() ?? "")];

    private static async Task<string?> RunAsync(IReadOnlyList<byte[]> messages, string theme, params string[] arguments)
    {
        var stop = TestContext.Current.CancellationToken;
        if (!IsRequired && !IsThere()) return null;
        var tools = await NpmFolder.InstallAsync("tests/Detector.Sinks.Tests/Teams/renderer", "card-renderer");
        var folder = Directory.CreateTempSubdirectory("detector-cards-");
        try
        {
            var cards = new JsonArray();
            foreach (var message in messages) cards.Add(JsonNode.Parse(message)!["attachments"]![0]!["content"]!.DeepClone());
            var page = Path.Combine(folder.FullName, "page.html");
            await File.WriteAllTextAsync(
                page,
                $"""
                <!doctype html><meta charset="utf-8"><title>Cards</title>
                <body data-theme="{theme}" data-cards="{Convert.ToBase64String(Encoding.UTF8.GetBytes(cards.ToJsonString()))}" style="margin: 0">
                <script src="file://{tools}/node_modules/adaptivecards/dist/adaptivecards.min.js"></script><script src="file://{tools}/page.js"></script></body>
                """,
                stop);
            var start = new ProcessStartInfo(Browser, ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--allow-file-access-from-files", "--virtual-time-budget=10000", $"--user-data-dir={folder.FullName}/profile", .. arguments, new Uri(page).AbsoluteUri])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            };
            using var browser = Process.Start(start)!;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(s_patience);
            var errors = browser.StandardError.ReadToEndAsync(limit.Token);
            var output = await browser.StandardOutput.ReadToEndAsync(limit.Token);
            await browser.WaitForExitAsync(limit.Token);
            Assert.True(browser.ExitCode == 0, await errors);
            return output;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool IsThere() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, Browser)));

    /// <summary>A card as it was shown.</summary>
    /// <param name="Events">What the parser had to say.</param>
    /// <param name="Alive">Elements that could do more than show text.</param>
    /// <param name="Runs">The text of each run.</param>
    /// <param name="Text">All of the text.</param>
    internal sealed record Shown(IReadOnlyList<string> Events, IReadOnlyList<string> Alive, IReadOnlyList<string> Runs, string Text);
}
