using System.Diagnostics;
using System.Globalization;

namespace Detector.Host.Tests.Run;

/// <summary>
/// The worker as a process, under load, killed at random moments and started again: what the sink has accepted in the end is
/// what an undisturbed run gives. DETECTOR_CRASH_KILLS and DETECTOR_CRASH_SEED make it longer and repeat it; DETECTOR_CRASH_KEEP
/// names a folder that keeps what both sinks have accepted.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_any_moment_it_loses_nothing_and_repeats_only_under_the_same_id()
    {
        var kills = Setting("DETECTOR_CRASH_KILLS") ?? 4;
        var seed = Setting("DETECTOR_CRASH_SEED") ?? Environment.ProcessId;
        var random = new Random(seed);
        var load = new HubLoad((ulong)seed, records: 3_000 + 600 * kills);
        using var folder = new Folder();
        using var broker = DetectorProcess.Start(folder.Path, "broker", "--topic", HubLoad.Topic, "--partitions", $"{load.Partitions}");
        var address = await broker.LineAsync(Cancellation);
        var rate = 600.0;
        output.WriteLine($"seed {seed}, {kills} kills, {load.Count} records");

        // Undisturbed and disturbed at the same time, on the same messages.
        using var calm = DetectorProcess.Start(folder.Path, "run", "--config", Config(folder, "calm", address));
        var killed = DetectorProcess.Start(folder.Path, "run", "--config", Config(folder, "killed", address));
        var sending = Task.Run(() => load.Send(address, rate, Cancellation), Cancellation);
        var errors = "";
        var done = 0;
        for (; done < kills; done++)
        {
            await Task.Delay(random.Next(150, 1800), Cancellation);
            if (done % 3 == 2)
            {
                // The broker goes away for a moment as well.
                broker.Tell("down 1");
                await Task.Delay(random.Next(50, 500), Cancellation);
                broker.Tell("up 1");
            }

            Assert.False(killed.HasExited, killed.Errors);
            killed.Kill();
            errors += killed.Errors;
            killed.Dispose();
            killed = DetectorProcess.Start(folder.Path, "run", "--config", folder.At("killed.json"));
        }

        await sending;
        var (undisturbed, disturbed) = await SettledAsync(folder);
        Assert.Equal(0, await calm.StopAsync(Cancellation));
        Assert.Equal(0, await killed.StopAsync(Cancellation));
        errors += killed.Errors;
        killed.Dispose();
        Assert.DoesNotContain("may be lost", errors, StringComparison.Ordinal);

        if (Environment.GetEnvironmentVariable("DETECTOR_CRASH_KEEP") is { Length: > 0 } keep)
        {
            foreach (var name in (string[])["calm.ndjson", "killed.ndjson"]) File.Copy(folder.At(name), Path.Combine(keep, name), overwrite: true);
        }

        output.WriteLine($"{done} kills, {load.Count} records, {undisturbed.Ids.Count} alerts, {disturbed.Repeats} repeats of {disturbed.Lines} lines");
        Assert.NotEmpty(undisturbed.Findings);
        Assert.Equal(0, undisturbed.Repeats);
        Assert.Equal(undisturbed.Findings, disturbed.Findings);
        Assert.Equal(undisturbed.Ids.Count, disturbed.Ids.Count);
        Assert.Empty(disturbed.Contradictions);

        // The journal was folded into snapshots meanwhile.
        Assert.NotEmpty(Directory.EnumerateFiles(folder.At("calm-state"), "*base-*", SearchOption.AllDirectories));
        Assert.NotEmpty(Directory.EnumerateFiles(folder.At("killed-state"), "*base-*", SearchOption.AllDirectories));
    }

    // Until both have said the same and say no more; a worker that was just started may say nothing for a while.
    private static async Task<(RecordedAlerts Undisturbed, RecordedAlerts Disturbed)> SettledAsync(Folder folder)
    {
        var since = Stopwatch.StartNew();
        var last = -1;
        while (true)
        {
            await Task.Delay(1500, Cancellation);
            var undisturbed = RecordedAlerts.Read(folder.At("calm.ndjson"));
            var disturbed = RecordedAlerts.Read(folder.At("killed.ndjson"));
            var lines = undisturbed.Lines + disturbed.Lines;
            if (lines == last && (undisturbed.Findings.SequenceEqual(disturbed.Findings, StringComparer.Ordinal) || since.Elapsed > TimeSpan.FromSeconds(30))) return (undisturbed, disturbed);
            last = lines;
        }
    }

    private static string Config(Folder folder, string name, string broker) => folder.Write(
        $"{name}.json",
        $$$$"""
        {"Source": {"Kind": "eventhubs", "EventHubs": {"Brokers": "{{{{broker}}}}", "Topics": ["{{{{HubLoad.Topic}}}}"], "Auth": "none"}},
         "Checkpoints": {"Interval": "00:00:00.300", "JournalBytes": 200000, "Files": {"Path": "{{{{name}}}}-state"}},
         "Sinks": {"File": {"Path": "{{{{name}}}}.ndjson"}}}
        """);

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
