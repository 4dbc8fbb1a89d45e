using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Detector.StandIn;

namespace Detector.Benchmarks.Live;

/// <summary>A broker, a worker, and this process as the sender.</summary>
internal static partial class LiveRun
{
    // The stand-in keeps 5 MiB of a partition: with so many, the worker may fall behind by half a second before records are gone.
    private const int Partitions = 16;
    private const string Hub = "entra";

    // For what is on its way when the last record was sent.
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    public static async Task<LiveResult> MeasureAsync(string file, LiveOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("detector-live-");
        using var broker = Start(options.Program, folder.FullName, "broker", "--topic", Hub, "--partitions", $"{Partitions}");
        Process? worker = null;
        try
        {
            var address = await broker.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The broker did not start.");
            var health = new Uri($"http://127.0.0.1:{FreePort()}/");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "run.json"), $$"""
                {"Source": {"Kind": "eventhubs", "EventHubs": {"Brokers": "{{address}}", "Auth": "none", "Topics": ["{{Hub}}"]} },
                 "Sinks": {"File": {"Path": "alerts.ndjson"} }, "Health": {"Url": "{{health}}"} }
                """);
            worker = Start(options.Program, folder.FullName, "run", "--config", "run.json");
            var said = new StringBuilder();
            worker.ErrorDataReceived += (_, line) =>
            {
                lock (said) said.AppendLine(line.Data);
            };
            worker.BeginErrorReadLine();
            await WaitUntilReadyAsync(health, worker);

            var (before, own) = ((Worker: Used(worker), Broker: Used(broker)), Environment.CpuUsage.TotalTime);
            var (sent, bytes, seconds) = Send(file, address, options);
            var (after, mine) = ((Worker: Used(worker), Broker: Used(broker)), Environment.CpuUsage.TotalTime - own);
            await Task.Delay(s_rest);
            var peak = PeakMegabytes(worker);
            using (var stop = Process.Start("kill", ["-TERM", worker.Id.ToString(CultureInfo.InvariantCulture)])) await stop.WaitForExitAsync();
            await worker.WaitForExitAsync();
            string words;
            lock (said) words = said.ToString();
            var summary = Summary().Match(words);
            if (!summary.Success) throw new InvalidOperationException($"The worker failed: {words}");
            if (words.Contains("records may be lost", StringComparison.Ordinal)) await Console.Error.WriteLineAsync(words);
            var read = long.Parse(summary.Groups["records"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
            return new LiveResult(sent, bytes, seconds, read, summary.Groups["alerts"].Value, summary.Groups["latency"].Value, (after.Worker - before.Worker) / seconds, (after.Broker - before.Broker) / seconds, mine.TotalSeconds / seconds, peak);
        }
        finally
        {
            if (worker is { HasExited: false }) worker.Kill();
            worker?.Dispose();
            broker.Kill();
            folder.Delete(recursive: true);
        }
    }

    private static (long Records, long Bytes, double Seconds) Send(string file, string address, LiveOptions options)
    {
        // Read before the clock starts: the sender is to cost no more than sending does.
        var (records, bytes, block) = Load(file, options);
        var rate = options.Megabytes is { } megabytes ? megabytes * 1e6 / ((double)bytes / records) : options.Rate;
        var watch = Stopwatch.StartNew();
        using var hub = new HubStream(address, _ => Hub, Partitions, options.RecordsAMessage, new HubPace(rate, speed: null, TimeProvider.System, CancellationToken.None));
        foreach (var part in block) hub.Write(part);
        hub.Flush();
        return (hub.Records, bytes, watch.Elapsed.TotalSeconds);
    }

    private static (long Records, long Bytes, List<byte[]> Blocks) Load(string file, LiveOptions options)
    {
        const int blockBytes = 64 * 1024 * 1024;
        var (records, bytes, blocks) = (0L, 0L, new List<byte[]>());
        using var input = File.OpenRead(file);
        while (true)
        {
            var block = new byte[blockBytes];
            var filled = input.ReadAtLeast(block, blockBytes, throwOnEndOfStream: false);
            var end = block.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            if (end == 0) return (records, bytes, blocks);
            input.Seek(end - filled, SeekOrigin.Current);
            for (var at = 0; at < end;)
            {
                at += block.AsSpan(at).IndexOf((byte)'\n') + 1;
                records++;
                if (!IsEnough(records, bytes + at)) continue;
                blocks.Add(block[..at]);
                return (records, bytes + at, blocks);
            }

            bytes += end;
            blocks.Add(block[..end]);
        }

        bool IsEnough(long count, long size) => options.Megabytes is { } megabytes ? size >= megabytes * 1e6 * options.Seconds : count >= options.Rate * options.Seconds;
    }

    private static Process Start(string program, string folder, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = arguments[0] == "run", RedirectStandardInput = true, UseShellExecute = false })!;

    private static async Task WaitUntilReadyAsync(Uri health, Process worker)
    {
        using var http = new HttpClient();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < s_patience; await Task.Delay(50))
        {
            if (worker.HasExited) throw new InvalidOperationException("The worker has ended.");
            try
            {
                using var answer = await http.GetAsync(new Uri(health, "readyz"));
                if (answer.StatusCode == HttpStatusCode.OK) return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }

        throw new InvalidOperationException("The worker was not ready within a minute.");
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static double Used(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static double PeakMegabytes(Process process)
    {
        process.Refresh();
        return process.PeakWorkingSet64 / 1e6;
    }

    [GeneratedRegex(@"(?<records>[\d,]+) records, [\d,]+ rejected, (?<alerts>[\d,]+) alerts and revisions; from arrival to sink (?<latency>.+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Summary();
}
