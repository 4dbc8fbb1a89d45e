using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Detector.Host.Tests.Run;

/// <summary>
/// Secrets that are planted, services that fail in several ways and repeat them, and everything that the program says or writes: none of
/// them is in it, in no form.
/// </summary>
public sealed class SecretTests : IDisposable
{
    private const string Signature = "PLANTED+sig/of_the-flow==";
    private const string Part = "PLANTEDpathOfTheWebhook";
    private const string Key = "PLANTED key of the webhook";
    private const string Route = "PLANTEDroutingKeyOfPagerDuty0123";
    private const string PagerDuty = "events.eu.pagerduty.com";

    // As Base64, as the service gives it.
    private static readonly string s_access = Convert.ToBase64String("PLANTED access key of the messages"u8);

    private readonly Folder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_that_is_said_or_written_holds_a_secret()
    {
        await using var service = new HostileService("localhost", PagerDuty);
        string[] secrets = [Signature, Part, Key, Route, s_access];
        service.Words = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
        {
            ["/flow"] = [.. FormsOf(Signature)],
            [$"/{Part}"] = [.. FormsOf(Part), .. FormsOf(Key)],
            ["/v2"] = [.. FormsOf(Route)],
            ["/sms"] = [.. FormsOf(s_access)],
        };
        var config = Config(service, out var environment, out var port);
        for (var user = 1; user <= 6; user++) _folder.Write($"in/{user}.ndjson", Records.Activation($"a{user}", Records.SundayNight, $"u{user}") + "{\"torn\n");

        var said = new List<string>();
        using (var worker = DetectorProcess.Start(_folder.Path, environment, "run", "--config", config))
        {
            var output = worker.RestAsync(Cancellation);
            using var http = new HttpClient();
            string[] paths = ["/flow", $"/{Part}", "/v2/enqueue", "/sms"];

            // Seven ways to fail, and the dead letters of one of them.
            for (var i = 0; i < 1200 && !worker.HasExited && (Array.Exists(paths, path => service.CallsOf(path) < 7) || DeadLettersOf().Count < 4); i++)
            {
                await Task.Delay(50, Cancellation);
                if (i % 20 == 19) foreach (var page in (string[])["metrics", "readyz", "healthz"]) said.Add(await PageAsync(http, port[page == "metrics" ? 1 : 0], page));
            }

            Assert.All(paths, path => Assert.True(service.CallsOf(path) >= 7, $"{path}: {service.CallsOf(path)} calls\n{worker.Errors}"));
            Assert.Equal(4, DeadLettersOf().Count);
            foreach (var page in (string[])["metrics", "readyz", "healthz"]) said.Add(await PageAsync(http, port[page == "metrics" ? 1 : 0], page));
            Assert.Contains(said, page => page.Contains("detector_sink_dead_letters_total", StringComparison.Ordinal));
            Assert.Contains(said, page => page.Contains("sink:Sms", StringComparison.Ordinal));
            await worker.StopAsync(Cancellation);
            said.Add(await output);
            said.Add(worker.Errors);
        }

        foreach (var command in (string[][])[["sinks", "test"], ["sinks", "redeliver"], ["smoke", "--send-test-alert"]])
        {
            using var other = DetectorProcess.Start(_folder.Path, environment, [.. command, "--config", config]);
            var output = other.RestAsync(Cancellation);
            await other.EndAsync(Cancellation);
            said.Add($"{await output}\n{other.Errors}");
            Assert.Contains("localhost", said[^1], StringComparison.Ordinal);
        }

        // They were used, and the program had much to say about it.
        Assert.Contains(service.Received, call => call.Path == "/flow" && call.Head.Contains($"sig={Uri.EscapeDataString(Signature)}", StringComparison.Ordinal));
        Assert.Contains(service.Received, call => call.Path == $"/{Part}" && IsSignedBy(Key, call.Head, call.Body));
        Assert.Contains(service.Received, call => call.Path == "/v2/enqueue" && call.Body.Contains(Route, StringComparison.Ordinal));
        Assert.Contains(service.Received, call => call.Path == "/sms" && IsSignedForMessages(call.Head));
        foreach (var part in (string[])["answered 500", "answered 302", "answered 400", "answered 429"]) Assert.Contains(said.Concat(Files().Select(file => file.Text)), text => text.Contains(part, StringComparison.Ordinal));

        var places = said.Select((text, i) => (Name: $"output {i}", Text: text)).Concat(Files()).ToList();
        Assert.True(places.Count > 10);
        foreach (var form in secrets.SelectMany(FormsOf).Append("PLANTED"))
            Assert.All(places, place => Assert.False(place.Text.Contains(form, StringComparison.OrdinalIgnoreCase), $"{place.Name} holds {form}: {Around(place.Text, form)}"));
    }

    private static IEnumerable<string> FormsOf(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        return ((string[])[secret, Uri.EscapeDataString(secret), Convert.ToBase64String(bytes), Convert.ToBase64String(bytes).TrimEnd('='), Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes)]).Distinct(StringComparer.Ordinal);
    }

    private static string Around(string text, string form)
    {
        var at = text.IndexOf(form, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? "" : text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 100)];
    }

    private static bool IsSignedBy(string key, string head, string body)
    {
        var parts = Header(head, "X-Signature").Split(["t=", ",v1="], StringSplitOptions.None);
        return parts[2] == Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{parts[1]}.{body}")));
    }

    private static bool IsSignedForMessages(string head) =>
        Header(head, "Authorization").EndsWith("&Signature=" + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(s_access), Encoding.ASCII.GetBytes($"POST\n/sms?api-version=2021-03-07\n{Header(head, "x-ms-date")};{Header(head, "Host")};{Header(head, "x-ms-content-sha256")}"))), StringComparison.Ordinal);

    private static string Header(string head, string name) => head.Split("\r\n").First(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..];

    private static async Task<string> PageAsync(HttpClient http, int port, string page)
    {
        try
        {
            using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/{page}"), Cancellation);
            return await response.Content.ReadAsStringAsync(Cancellation);
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    // Each sink that fails for good says so once: four of them, whatever else they say.
    private List<string> DeadLettersOf() => [.. _folder.Lines("state/dead-letters.ndjson").Select(line => Sinks.Delivery.DeadLetter.Parse(line).Sink).Distinct(StringComparer.Ordinal)];

    // What the worker wrote: checkpoints, alerts, rejects and dead letters; byte by byte, as some of it is no text.
    private IEnumerable<(string Name, string Text)> Files() => Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Select(path => (path, Encoding.Latin1.GetString(File.ReadAllBytes(path))));

    private string Config(HostileService service, out Dictionary<string, string> environment, out int[] ports)
    {
        var root = _folder.Write("root.pem", service.Pem);
        var address = $"https://localhost:{service.Port}";
        ports = [FreePort(), FreePort()];
        environment = new(StringComparer.Ordinal)
        {
            ["DETECTOR_Sinks__Teams__Url"] = $"{address}/flow?api-version=1&sig={Uri.EscapeDataString(Signature)}",
            ["DETECTOR_Sinks__Webhook__Url"] = $"{address}/{Part}",
            ["DETECTOR_Sinks__Webhook__Key"] = Key,
            ["DETECTOR_Sinks__Webhook-down__Url"] = $"https://localhost:{FreePort()}/{Part}",
            ["DETECTOR_Sinks__Webhook-untrusted__Url"] = $"{address}/{Part}-untrusted",
            ["DETECTOR_Sinks__PagerDuty__RoutingKey"] = Route,
            ["DETECTOR_Sinks__Sms__AccessKey"] = s_access,
        };
        var net = $"\"TrustedRoots\": \"{root}\", \"AllowedHosts\": [\"localhost\"]";
        return _folder.Write("run.json", $$$"""
            {"Source": {"Files": {"Paths": ["in"]}}, "Checkpoints": {"Interval": "00:00:00.200"}, "Rejects": {"Path": "rejects.ndjson"},
             "Health": {"Url": "http://127.0.0.1:{{{ports[0]}}}/"}, "Telemetry": {"Prometheus": {"Url": "http://127.0.0.1:{{{ports[1]}}}/"}},
             "Sinks": {"File": {"Path": "alerts.ndjson"}, "Console": {},
                       "Teams": { {{{net}}} }, "Webhook": { {{{net}}} }, "Webhook-down": { {{{net}}} }, "Webhook-untrusted": {"AllowedHosts": ["localhost"]},
                       "PagerDuty": {"TrustedRoots": "{{{root}}}", "Proxy": "http://127.0.0.1:{{{service.Port}}}"},
                       "Sms": {"Endpoint": "{{{address}}}", "From": "Detector", "To": ["+31612345678"], "Auth": "access-key", {{{net}}} } } }
            """);
    }
}
