using System.Diagnostics;
using Detector.Checkpoints.Tests.Blobs;

namespace Detector.Host.Tests.Run;

/// <summary>The worker under load, disturbed in every way that there is: what its sink has accepted in the end is what an undisturbed run gives.</summary>
[Collection(Azurite.Collection)]
public sealed class CrashTests(ITestOutputHelper output, Azurite azurite)
{
    // Fetch, ListOffsets, Metadata; not the leader, timed out, no leader, not reachable.
    private static readonly short[] s_requests = [1, 2, 3];
    private static readonly int[] s_codes = [6, 7, 5, 8];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_any_moment_it_loses_nothing_and_repeats_only_under_the_same_id()
    {
        using var run = new DisturbedRun(output);
        await run.StartAsync(["killed"]);
        for (var step = 0; step < run.Steps; step++)
        {
            await run.PauseAsync(150, 1800);
            if (step % 3 == 2) await AwayAsync(run, 50, 500);
            run.Kill(0, "killed");
        }

        await run.EqualAsync(hasCrashed: true);

        // The journal was folded into snapshots meanwhile.
        Assert.NotEmpty(Directory.EnumerateFiles(run.Folder.At("calm-state"), "*base-*", SearchOption.AllDirectories));
        Assert.NotEmpty(Directory.EnumerateFiles(run.Folder.At("killed-state"), "*base-*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Brokers_that_go_leaders_that_move_errors_and_a_suspended_machine_change_nothing()
    {
        using var run = new DisturbedRun(output, brokers: 2);
        await run.StartAsync(["troubled"]);
        for (var step = 0; step < run.Steps; step++)
        {
            await run.PauseAsync(150, 1000);
            switch ((step + run.Seed) % 4)
            {
                case 0: await AwayAsync(run, 50, 1500); break;
                case 1:
                    for (var partition = 0; partition < run.Partitions; partition++) run.Broker.Tell($"move {HubLoad.Topic} {partition} {run.Random.Next(1, 3)}");
                    break;
                case 2:
                    run.Broker.Tell($"fail {s_requests[run.Random.Next(s_requests.Length)]} {string.Join(' ', Enumerable.Range(0, run.Random.Next(1, 8)).Select(_ => s_codes[run.Random.Next(s_codes.Length)]))}");
                    break;
                default:
                    run.Disturbed[0].Suspend();
                    await run.PauseAsync(200, 2500);
                    run.Disturbed[0].Resume();
                    break;
            }
        }

        await run.EqualAsync(hasCrashed: false);
    }

    [Fact]
    public async Task Blobs_that_are_busy_refuse_hang_or_break_off_and_an_owner_that_is_stopped_change_nothing()
    {
        using var run = new DisturbedRun(output);
        var random = new Random(run.Seed);
        var isTroubled = false;
        var asked = 0;
        using var line = new FaultyLine(azurite.Endpoint, _ => Volatile.Read(ref isTroubled) && Interlocked.Increment(ref asked) % 2 == 0 ? Fault(random) : LineFault.None);
        var container = await azurite.ContainerAsync(line.Endpoint);
        var checkpoints = $"\"Kind\": \"blobs\", \"Blobs\": {{\"Container\": \"{container.Container}\", \"Auth\": \"account-key\", \"AccountKey\": \"{container.AccountKey}\"}}";
        await run.StartAsync(["one", "other"], _ => checkpoints);
        for (var step = 0; step < run.Steps; step++)
        {
            Volatile.Write(ref isTroubled, true);
            await run.PauseAsync(500, 2500);
            Volatile.Write(ref isTroubled, false);
            var number = run.Random.Next(2);
            if (step % 2 == 0)
            {
                run.Kill(number, number == 0 ? "one" : "other");
                continue;
            }

            // For longer than the lease: the other takes over, and this one must find that out before it writes or sends.
            run.Disturbed[number].Suspend();
            await run.PauseAsync(11_000, 13_000);
            run.Disturbed[number].Resume();
        }

        await run.EqualAsync(hasCrashed: true);
        output.WriteLine($"faults: {line.Played}");
        Assert.NotEmpty(line.Played);
    }

    [Fact]
    public async Task A_full_disk_makes_alerts_wait_and_loses_none()
    {
        using var run = new DisturbedRun(output);
        using var disk = SmallDisk.Mount(run.Folder.At("disk"), megabytes: 24);
        await run.StartAsync(["full"], name => $"\"Files\": {{\"Path\": \"{disk.Path}/state\"}}", name => Path.Combine(disk.Path, $"{name}.ndjson"));
        for (var step = 0; step < run.Steps; step++)
        {
            await run.PauseAsync(150, 1000);
            disk.Fill();
            if (step == 0) await UntilAsync(() => run.Disturbed[0].Errors.Contains("No space left", StringComparison.Ordinal));
            else await run.PauseAsync(300, 1500);
            if (step % 2 == 1) run.Kill(0, "full");
            disk.Empty();
        }

        await run.EqualAsync(hasCrashed: true);
    }

    [Fact]
    public async Task A_clock_that_jumps_changes_nothing()
    {
        using var run = new DisturbedRun(output);
        var clock = new JumpingClock();
        await run.StartAsync([], clock: clock);
        for (var step = 0; step < run.Steps; step++)
        {
            await run.PauseAsync(300, 1800);
            clock.Jump(TimeSpan.FromSeconds(run.Random.Next(-10_000, 10_000)));
        }

        await run.EqualAsync(hasCrashed: false);
    }

    private static LineFault Fault(Random random)
    {
        lock (random)
        {
            return random.Next(7) switch
            {
                0 or 1 => LineFault.Busy,
                2 => LineFault.Precondition,
                3 => LineFault.Hang,
                4 => LineFault.CutBefore,
                _ => LineFault.CutAfter,
            };
        }
    }

    // The broker goes away for a moment.
    private static async Task AwayAsync(DisturbedRun run, int from, int to)
    {
        run.Broker.Tell("down 1");
        await run.PauseAsync(from, to);
        run.Broker.Tell("up 1");
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var since = Stopwatch.StartNew(); !holds() && since.Elapsed < TimeSpan.FromMinutes(1);) await Task.Delay(50, Cancellation);
        Assert.True(holds());
    }
}
