using System.Diagnostics;
using System.Globalization;
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

    public static async Task<LiveResult> MeasureAsync(string file, LiveOptions options)
    {
        using var stage = await LiveStage.StartAsync(options.Program, [Hub], Partitions);
        var (worker, broker) = (stage.Worker, stage.Broker);
        var (before, own) = ((Worker: Used(worker), Broker: Used(broker)), Environment.CpuUsage.TotalTime);
        var (sent, bytes, seconds) = Send(file, stage.Address, options);
        var (after, mine) = ((Worker: Used(worker), Broker: Used(broker)), Environment.CpuUsage.TotalTime - own);
        await Task.Delay(s_rest);
        var peak = PeakMegabytes(worker);
        await stage.StopWorkerAsync();
        var words = stage.Words;
        var summary = Summary().Match(words);
        if (!summary.Success) throw new InvalidOperationException($"The worker failed: {words}");
        if (words.Contains("records may be lost", StringComparison.Ordinal)) await Console.Error.WriteLineAsync(words);
        var read = long.Parse(summary.Groups["records"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        return new LiveResult(sent, bytes, seconds, read, summary.Groups["alerts"].Value, summary.Groups["latency"].Value, (after.Worker - before.Worker) / seconds, (after.Broker - before.Broker) / seconds, mine.TotalSeconds / seconds, peak);
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
