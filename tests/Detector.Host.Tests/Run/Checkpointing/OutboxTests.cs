using Detector.Checkpoints.Files;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;
using Detector.Host.Run.Checkpointing;
using Detector.Host.Run.Checkpointing.Folding;
using Detector.Rules;
using Detector.Sinks.Delivery;
using Detector.Sources.Live;

namespace Detector.Host.Tests.Run.Checkpointing;

/// <summary>
/// Alerts that wait for a sink, through a store whose writes fail, snapshots, and owners that die: another owner finds each one, in order, and
/// memory never holds them all.
/// </summary>
public sealed class OutboxTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly DetectionPlan _plan = Plan();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    public async Task Every_alert_that_a_sink_lacks_is_there_after_any_crash(int seed, bool hasLog)
    {
        var random = new Random(seed);
        long slow = 0, arisen = 0;
        var hadParts = false;
        var owner = 0;
        for (; owner < 4; owner++)
        {
            await using var lease = new FaultyLease(await LeaseAsync(seed), new Random(seed * 100 + owner), hasLog);
            lease.OneIn = 0;
            var state = await RestoredState.ReadAsync(lease, _plan, Stop);
            using var pipeline = state.Pipeline;
            arisen = state.Head.Alerts;
            await using var outbox = new Outbox(lease, _plan, state.Head, state.Unsent);
            slow = state.Head.Accepted.GetValueOrDefault("slow");
            await CompleteAsync(outbox, slow, arisen);
            if (owner > 0) Assert.True(arisen > 0);

            lease.OneIn = 20;
            var pending = new JournalPending(state.Head);
            await using var lanes = new Sinks(state.Head, outbox);
            var tools = new CheckpointTools(TimeSpan.FromSeconds(5), 200_000, TimeProvider.System, _ => { }, _ => { }) { Fold = new FoldHere(_plan), Outbox = outbox };
            await using var writer = new CheckpointWriter(lease, _plan, state.Head, pending, lanes.All, tools);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            var writing = writer.RunAsync(stop.Token, stop.Token);
            for (var step = 0; step < 10; step++)
            {
                // Detection waits in the same way, and for what it has entered to be written.
                var waits = 0;
                while (outbox.IsOverfull || lanes.All[0].Accepted < pending.Alerts - 3_000)
                {
                    Assert.False(writing.IsCompleted || ++waits > 4_000, $"seed {seed}, owner {owner}, step {step}: overfull {outbox.IsOverfull}, {pending.Alerts} alerts, {lanes.All[0].Accepted} accepted, {lanes.All[0].Trouble}, {writer.Trouble}, {writing.Exception}");
                    writer.Hurry();
                    await Task.Delay(5, Stop);
                }

                var first = pending.Alerts;
                var count = random.Next(200, 3_000);
                pending.Add([], [.. Enumerable.Range(1, count).Select(i => Alert(first + i))], [KeyValuePair.Create("hub/0", new SourcePosition(first + count, null))]);
                writer.Hurry();
                await Task.Delay(random.Next(1, 60), Stop);
                hadParts |= Directory.EnumerateFiles(_folder.At($"{seed}"), "*outbox-*", SearchOption.AllDirectories).Any();

                // Now and then the slow one takes something.
                if (random.Next(3) == 0) await lanes.SomeAsync(random.Next(1, 4_000));
            }

            // It dies in the middle of what it does.
            await stop.CancelAsync();
            await Task.WhenAny(writing);
        }

        Assert.True(hadParts, $"seed {seed}");
        Assert.True(arisen - slow > Outbox.RecentMax, $"seed {seed}: {arisen - slow} wait");

        // The last owner sends all of it.
        await using var end = new FaultyLease(await LeaseAsync(seed), random, hasLog) { OneIn = 0 };
        var last = await RestoredState.ReadAsync(end, _plan, Stop);
        using var lastPipeline = last.Pipeline;
        await using var rest = new Outbox(end, _plan, last.Head, last.Unsent);
        Assert.True(last.Unsent.Count <= (5 * Outbox.RecentMax) + (4 * 3_000), $"{last.Unsent.Count} are in memory at once");
        await using var sinks = new Sinks(last.Head, rest);
        await using var lastWriter = new CheckpointWriter(end, _plan, last.Head, new JournalPending(last.Head), sinks.All, new CheckpointTools(TimeSpan.FromMilliseconds(20), 200_000, TimeProvider.System, _ => { }, _ => { }) { Fold = new FoldHere(_plan), Outbox = rest });
        var before = last.Head.Accepted.GetValueOrDefault("slow");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var run = lastWriter.RunAsync(over.Token, over.Token);
        await sinks.SomeAsync(int.MaxValue);
        for (var waits = 0; sinks.All.Any(lane => lane.Accepted < last.Head.Alerts); waits++)
        {
            Assert.True(waits < 4_000, $"seed {seed}: {sinks.All[0].Accepted} and {sinks.All[1].Accepted} of {last.Head.Alerts}, {sinks.All[1].Trouble}");
            await Task.Delay(5, Stop);
        }

        Assert.Equal(Enumerable.Range(1, (int)(last.Head.Alerts - before)).Select(i => before + i), sinks.Taken);

        // What all have leaves the disk.
        for (var waits = 0; Directory.EnumerateFiles(_folder.At($"{seed}"), "*outbox-*", SearchOption.AllDirectories).Any(); waits++)
        {
            Assert.True(waits < 1_000, $"seed {seed}: parts of the outbox stay: {string.Join(", ", Directory.EnumerateFiles(_folder.At($"{seed}"), "*outbox-*", SearchOption.AllDirectories))}");
            await Task.Delay(20, Stop);
        }

        await over.CancelAsync();
        await Task.WhenAny(run);
    }

    private static DetectionPlan Plan()
    {
        var loaded = RuleFolder.LoadOnly(folder: null, ["pim_activation_risk"]);
        return new DetectionPlan(loaded.Rules!, loaded.Tenant);
    }

    private static OutgoingAlert Alert(long number) => new(number, new Guid((int)number, 0, 0, new byte[8]), 0, IsFinal: false, Severity.High, new byte[200]);

    private static async Task CompleteAsync(Outbox outbox, long after, long last)
    {
        for (var next = after + 1; next <= last;)
        {
            var read = await outbox.ReadAsync(next - 1, Stop);
            Assert.NotEmpty(read);
            foreach (var alert in read) Assert.Equal(next++, alert.Number);
        }

        Assert.Empty(await outbox.ReadAsync(last, Stop));
    }

    private async Task<Detector.Checkpoints.ICheckpointLease> LeaseAsync(int seed) =>
        await new FileCheckpointStore(new FileCheckpointOptions { Path = _folder.At($"{seed}") }).TryAcquireAsync("test", Stop) ?? throw new InvalidOperationException("Another has it.");

    // One that takes everything at once, and one that takes as much as it is told.
    private sealed class Sinks : IAsyncDisposable, IDeadLetters
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Limited _slow = new("slow");
        private readonly Task _running;

        public Sinks(CheckpointHead head, IAlertBacklog backlog)
        {
            All = [Lane(new Limited("quick") { Left = int.MaxValue }), Lane(_slow)];
            _running = Task.WhenAll(All.Select(lane => lane.RunAsync(_stop.Token)));

            SinkLane Lane(Limited sink) => new(sink, head.Accepted.GetValueOrDefault(sink.Name), new LaneOptions { Clock = TimeProvider.System, Tell = _ => { }, DeadLetters = this, Backlog = backlog, MaySend = () => sink.Left > 0 });
        }

        public IReadOnlyList<SinkLane> All { get; }

        public IReadOnlyList<long> Taken => _slow.Taken;

        public async Task SomeAsync(int count)
        {
            _slow.Left = count;
            if (count == int.MaxValue) return;
            for (var i = 0; i < 50 && _slow.Left > 0; i++) await Task.Delay(10, Stop);
            _slow.Left = 0;
        }

        public Task AddAsync(string sink, OutgoingAlert alert, string reason, CancellationToken cancellation) => throw new InvalidOperationException(reason);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
#pragma warning disable VSTHRD003 // It was started in the constructor.
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
#pragma warning restore VSTHRD003
            foreach (var lane in All) await lane.DisposeAsync();
            _stop.Dispose();
        }
    }

    private sealed class Limited(string name) : IAlertSink
    {
        public volatile int Left;

        public string Name => name;

        public int BatchMax => 500;

        public List<long> Taken { get; } = [];

        public Task<SendOutcome> SendAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation)
        {
            Taken.AddRange(alerts.Select(alert => alert.Number));
            if (Left != int.MaxValue) Left = Math.Max(0, Left - alerts.Count);
            return Task.FromResult(SendOutcome.Accepted);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
