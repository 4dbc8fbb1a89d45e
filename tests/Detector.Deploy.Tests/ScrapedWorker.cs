using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Detector.Host;
using Detector.Host.Commands;
using Detector.Testing;

namespace Detector.Deploy.Tests;

/// <summary>
/// A worker that runs, and what it shows to Prometheus after everything that has a label has happened: records were read, torn and
/// alerted on, a sink refused at first, rules were changed for worse and for better, and rejected records found no file.
/// </summary>
internal static partial class ScrapedWorker
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private static readonly string[] s_awaited =
    [
        "detector_sink_accepted_total{", "detector_sink_retries_total{", "detector_outcome=\"refused\"", "detector_outcome=\"taken\"", "detector_rejects_lost_total ",
        "detector_source_lag_seconds{", "detector_state_size{", "detector_watermark_delay_seconds ", "detector_source_connected ", "detector_sink_queue{",
    ];

    /// <summary>The values of each label of each series.</summary>
    public static async Task<Dictionary<string, Dictionary<string, HashSet<string>>>> LabelsAsync(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("detector-scraped-");
        try
        {
            return LabelsOf(await RunAsync(folder.FullName, cancellation));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> RunAsync(string folder, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(s_patience);
        await using var errors = TextWriter.Synchronized(new StringWriter(CultureInfo.InvariantCulture));
        var input = Directory.CreateDirectory(Path.Combine(folder, "in")).FullName;
        Assert.Equal(0, Run(errors, stop.Token, "logs", "generate", "--seed", "7", "--records", "2000", "--attacks", "3", "--out", Path.Combine(input, "a.ndjson"), "--truth", Path.Combine(folder, "truth.ndjson")));
        await File.WriteAllTextAsync(Path.Combine(input, "torn.ndjson"), "{\"torn\n", stop.Token);
        var rules = CopyRules(folder);
        var sink = Path.Combine(folder, "sink");
        await File.WriteAllTextAsync(sink, "a file where the sink wants a folder", stop.Token);
        var port = FreePort();
        var config = Path.Combine(folder, "run.json");
        await File.WriteAllTextAsync(config, Config(folder, input, rules, port), stop.Token);

        var running = Task.Run(() => Run(errors, stop.Token, "run", "--config", config), CancellationToken.None);
        try
        {
            // Between two sessions some series are absent, so that it is looked at more than once.
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
            var text = new StringBuilder();
            await UntilAsync(http, text, running, errors, "detector_sink_retries_total{", stop.Token);
            File.Delete(sink);
            var broken = Path.Combine(rules, "broken.yml");
            await File.WriteAllTextAsync(broken, "title: [", stop.Token);
            await UntilAsync(http, text, running, errors, "detector_outcome=\"refused\"", stop.Token);
            var rule = Directory.EnumerateFiles(rules, "*.yml", SearchOption.AllDirectories).First(path => path != broken);
            await File.AppendAllTextAsync(rule, "# a change\n", stop.Token);
            File.Delete(broken);
            foreach (var awaited in s_awaited) await UntilAsync(http, text, running, errors, awaited, stop.Token);
            return text.ToString();
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
    }

    private static string Config(string folder, string input, string rules, int port) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["Rules"] = new { Path = rules, LookEvery = "00:00:00.200" },
        ["Source"] = new { Files = new { Paths = new[] { input } } },
        ["Checkpoints"] = new { Files = new { Path = Path.Combine(folder, "state") } },
        ["Sinks"] = new { File = new { Path = Path.Combine(folder, "sink", "alerts.ndjson") } },
        ["Rejects"] = new { Path = Path.Combine(folder, "nowhere", "rejects.ndjson") },
        ["Telemetry"] = new { Prometheus = new { Url = $"http://127.0.0.1:{port}/" } },
    });

    private static async Task UntilAsync(HttpClient http, StringBuilder text, Task running, TextWriter errors, string awaited, CancellationToken stop)
    {
        while (true)
        {
            Assert.False(running.IsCompleted || stop.IsCancellationRequested, $"{awaited} is not shown: {errors}");
            try
            {
                var shown = await http.GetStringAsync("metrics", CancellationToken.None);
                text.Append(shown);
                if (shown.Contains(awaited, StringComparison.Ordinal)) return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(100, CancellationToken.None);
        }
    }

    private static int Run(TextWriter errors, CancellationToken stop, params string[] args) => DetectorCommand.Run(args, new HostStreams { Out = Stream.Null, Error = errors }, stop);

    private static string CopyRules(string folder)
    {
        var (from, to) = (RepositoryFolder.Path("rules"), Path.Combine(folder, "rules"));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return to;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Dictionary<string, Dictionary<string, HashSet<string>>> LabelsOf(string text)
    {
        var found = new Dictionary<string, Dictionary<string, HashSet<string>>>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var name = line[..line.IndexOfAny(['{', ' '])];
            if (!found.TryGetValue(name, out var labels)) found.Add(name, labels = new(StringComparer.Ordinal));
            foreach (Match label in Label().Matches(line))
            {
                var key = label.Groups["key"].Value;
                if (!labels.TryGetValue(key, out var values)) labels.Add(key, values = new(StringComparer.Ordinal));
                values.Add(label.Groups["value"].Value);
            }
        }

        return found;
    }

    [GeneratedRegex("(?<key>[a-z_]+)=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Label();
}
