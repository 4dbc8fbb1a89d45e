using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Detector.Host.Tests.Run;

/// <summary>What a worker tells those who watch over it: true counts, the way of each alert, and nothing about anybody.</summary>
public sealed class TelemetryTests
{
    // What stands in the records and is nobody's business who looks at metrics.
    private const string User = "planted-user";

    private static readonly string[] s_personal = ["contoso", "203.0.113.7", User, "Mail flow", "tenants/t1"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prometheus_gets_true_counts_and_a_file_what_could_not_be_read()
    {
        using var folder = new Folder();
        folder.Write("in/a.ndjson", Records.Failure("f1", "2026-03-01T22:00:00Z", User) + Records.Failure("s1", "2026-03-01T22:00:00Z", User).Replace("SignInLogs", "ManagedIdentitySignInLogs", StringComparison.Ordinal).Replace("50126", "0", StringComparison.Ordinal) + "{\"torn\n" + Records.Activation("a1", Records.SundayNight, User) + Records.Activation("a1", Records.SundayNight, User));
        var config = folder.Write("run.json", """
            {"Source": {"Files": {"Paths": ["in"]}}, "Sinks": {"File": {"Path": "alerts.ndjson"}}, "Checkpoints": {"Interval": "00:00:00.200"},
             "Rejects": {"Path": "rejects.ndjson"}, "Telemetry": {"Prometheus": {"Url": "http://127.0.0.1:18491/"}}}
            """);
        using var worker = DetectorProcess.Start(folder.Path, "run", "--config", config);
        using var http = new HttpClient();
        var text = await UntilAsync(async () => await ScrapeAsync(http), found => found.Contains("detector_sink_accepted_total{", StringComparison.Ordinal) && found.Contains("detector_records_duplicate_total 1", StringComparison.Ordinal), worker);

        Assert.Equal(2, Count("AuditLogs", "matched"));
        Assert.Equal(1, Count("SignInLogs", "matched"));
        Assert.Equal(1, Count("ManagedIdentitySignInLogs", "dismissed"));
        Assert.Equal(1, Count("unknown", "rejected"));
        Assert.Contains("detector_source_lag_seconds{detector_source=\"files\"} ", text, StringComparison.Ordinal);
        Assert.Contains("detector_worker_owner 1\n", text, StringComparison.Ordinal);

        // What has not happened yet is told too: only then is its first time seen as growth.
        foreach (var never in (string[])["rules_reloads_total{detector_outcome=\"refused\"}", "rules_reloads_total{detector_outcome=\"taken\"}", "rejects_lost_total", "checkpoint_failures_total"])
            Assert.Contains($"detector_{never} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE detector_alert_latency_seconds histogram\n", text, StringComparison.Ordinal);

        // The counts of alerts are those of the lines that the sink has.
        var lines = folder.Lines("alerts.ndjson").Length;
        Assert.True(lines > 0);
        Assert.Equal(lines, Sum(text, "detector_alerts_total{"));
        Assert.Equal(lines, Sum(text, "detector_sink_accepted_total{"));
        Assert.Equal(lines, Sum(text, "detector_alert_latency_seconds_count{"));
        Assert.All(s_personal, word => Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase));

        // Whatever is told is explained.
        var page = await File.ReadAllTextAsync(Testing.RepositoryFolder.Path("docs/operations.md"), Cancellation);
        var names = text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).ToList();
        Assert.True(names.Count > 15);
        Assert.All(names, name => Assert.Contains($"`{name}", page, StringComparison.Ordinal));

        Assert.Equal(0, await worker.StopAsync(Cancellation));
        Assert.Contains(folder.Lines("rejects.ndjson"), line => line.Contains("torn", StringComparison.Ordinal));
        Assert.All(s_personal, word => Assert.DoesNotContain(word, worker.Errors, StringComparison.OrdinalIgnoreCase));

        double Count(string category, string outcome) => Sum(text, $"detector_records_total{{detector_category=\"{category}\",detector_outcome=\"{outcome}\",detector_source=\"files\"}} ");
    }

    [Fact]
    public async Task A_collector_gets_metrics_and_the_way_of_each_alert()
    {
        using var folder = new Folder();
        folder.Write("in/a.ndjson", Records.Failure("f1", "2026-03-01T22:00:00Z", User) + Records.Activation("a1", Records.SundayNight, User));
        using var collector = new HttpListener();
        collector.Prefixes.Add("http://127.0.0.1:18492/");
        collector.Start();
        var posts = new ConcurrentQueue<(string Path, byte[] Body)>();
        var listening = ListenAsync(collector, posts);
        var config = folder.Write("run.json", """
            {"Source": {"Files": {"Paths": ["in"]}}, "Sinks": {"File": {"Path": "alerts.ndjson"}}, "Telemetry": {"Otlp": {"Endpoint": "http://127.0.0.1:18492/"}}}
            """);
        using var worker = DetectorProcess.Start(folder.Path, "run", "--config", config);
        await UntilAsync(() => Task.FromResult(folder.Lines("alerts.ndjson").Length), lines => lines > 0, worker);

        // What is left is sent when it stops.
        Assert.Equal(0, await worker.StopAsync(Cancellation));
        collector.Stop();
        await listening;
        var traces = Of("/v1/traces");
        var metrics = Of("/v1/metrics");
        Assert.All(["detector.alert.id", "detector.evidence.count"], word => Assert.Contains(word, traces, StringComparison.Ordinal));
        var spans = posts.Where(post => post.Path == "/v1/traces").SelectMany(post => OtlpSpans.Of(post.Body)).ToList();
        var roots = spans.FindAll(span => span.Name == "alert");
        Assert.Equal(folder.Lines("alerts.ndjson").Length, roots.Count);
        Assert.Equal(roots.Count, roots.Select(root => root.Trace).Distinct().Count());
        Assert.All(roots, root =>
        {
            Assert.Equal("", root.Parent);
            Assert.Equal(["checkpoint", "detect", "send"], spans.Where(span => span.Trace == root.Trace && span.Parent == root.Id).Select(span => span.Name).Order(StringComparer.Ordinal));
        });
        Assert.All(["detector.records", "detector.alerts", "detector.alert.latency", "detector.checkpoint.duration"], word => Assert.Contains(word, metrics, StringComparison.Ordinal));
        Assert.All(s_personal, word => Assert.DoesNotContain(word, traces + metrics, StringComparison.OrdinalIgnoreCase));

        string Of(string path) => string.Concat(posts.Where(post => post.Path == path).Select(post => Encoding.Latin1.GetString(post.Body)));
    }

    [Fact]
    public async Task What_is_sent_while_it_stops_is_traced_too_and_a_collector_that_hangs_does_not_hold_it_up()
    {
        using var folder = new Folder();
        folder.Write("in/a.ndjson", Records.Activation("a1", Records.SundayNight, User));
        folder.Write("sink", "a file where the sink wants a folder");
        using var collector = new HttpListener();
        collector.Prefixes.Add("http://127.0.0.1:18493/");
        collector.Start();
        var posts = new ConcurrentQueue<(string Path, byte[] Body)>();
        var listening = ListenAsync(collector, posts, answers: false);
        var config = folder.Write("run.json", """
            {"Source": {"Files": {"Paths": ["in"]}}, "Sinks": {"File": {"Path": "sink/alerts.ndjson"}}, "Telemetry": {"Otlp": {"Endpoint": "http://127.0.0.1:18493/"}}}
            """);
        using var worker = DetectorProcess.Start(folder.Path, "run", "--config", config);
        await UntilAsync(() => Task.FromResult(worker.Errors), errors => errors.Contains("could not be sent and wait", StringComparison.Ordinal), worker);

        // It drains, and the sink comes back meanwhile.
        var stopping = worker.StopAsync(Cancellation);
        await Task.Delay(1000, Cancellation);
        File.Delete(folder.At("sink"));
        Assert.Equal(0, await stopping);
        Assert.NotEmpty(folder.Lines("sink/alerts.ndjson"));
        collector.Stop();
        await listening;
        Assert.Contains(posts.Where(post => post.Path == "/v1/traces").SelectMany(post => OtlpSpans.Of(post.Body)), span => span.Name == "send");
    }

    private static async Task ListenAsync(HttpListener collector, ConcurrentQueue<(string Path, byte[] Body)> posts, bool answers = true)
    {
        while (true)
        {
            try
            {
                var context = await collector.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body, Cancellation);
                posts.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));
                if (answers) context.Response.Close();
            }
            catch (Exception cause) when (cause is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task<string> ScrapeAsync(HttpClient http)
    {
        try
        {
            return await http.GetStringAsync(new Uri("http://127.0.0.1:18491/metrics"), Cancellation);
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }

    private static double Sum(string text, string start) => text.Split('\n').Where(line => line.StartsWith(start, StringComparison.Ordinal)).Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));

    private static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> holds, DetectorProcess worker)
    {
        var last = await ask();
        for (var i = 0; i < 600 && !holds(last) && !worker.HasExited; i++)
        {
            await Task.Delay(50, Cancellation);
            last = await ask();
        }

        Assert.True(holds(last), $"It did not come to that: {last} {worker.Errors}");
        return last;
    }
}
