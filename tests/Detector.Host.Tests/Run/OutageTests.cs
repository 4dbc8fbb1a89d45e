using System.Globalization;
using System.Text.Json;

namespace Detector.Host.Tests.Run;

/// <summary>
/// A night in which one service is down, with the worker killed in the middle: the other sink has each alert at once, memory does not grow with the
/// night, and afterwards all of it arrives, in order. DETECTOR_OUTAGE_ALERTS makes the night longer.
/// </summary>
public sealed class OutageTests(ITestOutputHelper output)
{
    private const int Batch = 2_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waited_for_a_sink_through_kills_arrives_once_it_is_back_in_order()
    {
        var alerts = int.TryParse(Environment.GetEnvironmentVariable("DETECTOR_OUTAGE_ALERTS"), CultureInfo.InvariantCulture, out var set) ? set : 16_000;
        using var folder = new Folder();
        Directory.CreateDirectory(folder.At("in"));
        using var service = TlsService.Start();
        service.Answer = _ => 503;
        folder.Write("roots.pem", service.RootPem);
        folder.Write("rules/any.yml", RunningTests.Rule("any_activation", "Add member to role completed (PIM activation)"));
        folder.Write("hook", $"{service.Address}in");
        var config = folder.Write("run.json", """
            {"Rules": {"Path": "rules"}, "Source": {"Files": {"Paths": ["in"], "LookEvery": "00:00:00.200"}},
             "Checkpoints": {"JournalBytes": 2000000},
             "Sinks": {"File": {"Path": "alerts.ndjson"}, "Webhook": {"UrlFile": "hook", "TrustedRoots": "roots.pem"}}}
            """);
        var worker = DetectorProcess.Start(folder.Path, "run", "--config", config);
        try
        {
            var most = 0L;
            var longest = 0;
            for (var written = 0; written < alerts; written += Batch)
            {
                var time = new DateTime(2026, 3, 1, 22, 0, 0, DateTimeKind.Utc).AddSeconds(written / 10.0);
                folder.Append("in/a.ndjson", string.Concat(Enumerable.Range(written, Batch).Select(i => Records.Activation($"a{i}", time.AddMilliseconds((i - written) * 100).ToString("O", CultureInfo.InvariantCulture), $"u{i}"))));

                // The sink that is up is not slowed: it has all of these, though the other has none.
                for (longest = 0; Told(folder) < written + Batch; longest++)
                {
                    Assert.True(longest < 600 && !worker.HasExited, $"{Told(folder)} of {written + Batch} are in the file. {worker.Errors}");
                    await Task.Delay(100, Cancellation);
                }

                most = Math.Max(most, worker.MostBytes);
                if (written / Batch % 4 != 2) continue;
                worker.Kill();
                worker.Dispose();
                worker = DetectorProcess.Start(folder.Path, "run", "--config", config);
            }

            Assert.NotEmpty(Directory.EnumerateFiles(folder.At("state"), "*outbox-*", SearchOption.AllDirectories));
            Assert.All(service.All, call => Assert.Equal(service.All[0].Body, call.Body));
            var tried = service.All.Count;

            // It is back, and the worker is killed once more.
            service.Answer = _ => 202;
            worker.Kill();
            worker.Dispose();
            worker = DetectorProcess.Start(folder.Path, "run", "--config", config);
            var expected = Keys(folder);
            List<string> arrived;
            var last = 0;
            var still = 0;
            while (!expected.IsSubsetOf(arrived = [.. service.All.Skip(tried).Select(call => Key(call.Body))]))
            {
                // As long as more arrive; what was is restored first.
                still = arrived.Count > last ? 0 : still + 1;
                Assert.True(still < 12 && !worker.HasExited, $"{arrived.Count} of {expected.Count} have arrived. {worker.Errors}");
                last = arrived.Count;
                await Task.Delay(5_000, Cancellation);
                expected = Keys(folder);
            }

            most = Math.Max(most, worker.MostBytes);
            Assert.Equal(0, await worker.StopAsync(Cancellation));
            var repeats = arrived.Count - arrived.Distinct(StringComparer.Ordinal).Count();
            output.WriteLine($"{alerts} alerts, {tried} calls in vain, {arrived.Count} accepted, {repeats} repeats, 0 dead letters, at most {most / 1_000_000} MB");
            Assert.Equal(Ordered(folder), arrived.Distinct(StringComparer.Ordinal).Take(expected.Count));
            Assert.Equal(0, repeats);
            Assert.False(File.Exists(folder.At("state/dead-letters.ndjson")));
            Assert.InRange(most, 1, 600_000_000);
        }
        finally
        {
            worker.Dispose();
        }
    }

    private static int Told(Folder folder) => Lines(folder).Count(line => line.Contains("\"final\":false", StringComparison.Ordinal));

    private static HashSet<string> Keys(Folder folder) => [.. Ordered(folder)];

    private static IEnumerable<string> Ordered(Folder folder) => Lines(folder).Select(Key).Distinct(StringComparer.Ordinal);

    private static string[] Lines(Folder folder)
    {
        var text = File.Exists(folder.At("alerts.ndjson")) ? File.ReadAllText(folder.At("alerts.ndjson")) : "";
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Key(byte[] cloudEvent)
    {
        using var parsed = JsonDocument.Parse(cloudEvent);
        return Key(parsed.RootElement.GetProperty("data"));
    }

    private static string Key(string line)
    {
        using var parsed = JsonDocument.Parse(line);
        return Key(parsed.RootElement);
    }

    private static string Key(JsonElement alert) => $"{alert.GetProperty("alertId").GetString()}/{alert.GetProperty("revision")}/{alert.GetProperty("final")}";
}
