using Detector.Sinks.Delivery;
using Microsoft.Extensions.Time.Testing;

namespace Detector.Sinks.Tests.Delivery;

/// <summary>A lane that runs on a clock which the test moves.</summary>
internal sealed class LaneRun : IDeadLetters, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<(long Number, string Reason)> _dead = [];
    private readonly List<string> _told = [];
    private readonly Task _running;

    public LaneRun(IAlertSink sink, Func<LaneOptions, LaneOptions>? change = null, long accepted = 0)
    {
        var options = new LaneOptions { Clock = Clock, Tell = Tell, DeadLetters = this, Random = new Random(1), Deadline = TimeSpan.FromSeconds(30) };
        Lane = new SinkLane(sink, accepted, change?.Invoke(options) ?? options);
        _running = Task.Run(() => Lane.RunAsync(_stop.Token));
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 22, 0, 0, TimeSpan.Zero));

    public SinkLane Lane { get; }

    public IReadOnlyList<(long Number, string Reason)> Dead
    {
        get
        {
            lock (_gate) return [.. _dead];
        }
    }

    public IReadOnlyList<string> Told
    {
        get
        {
            lock (_gate) return [.. _told];
        }
    }

    /// <summary>Whether dead letters cannot be kept.</summary>
    public bool IsDiskFull { get; set; }

    /// <summary>Lets time pass, in steps, until something holds; fails after the most.</summary>
    public async Task UntilAsync(Func<bool> holds, TimeSpan? most = null)
    {
        var passed = TimeSpan.Zero;
        var step = TimeSpan.FromMilliseconds(100);
        while (!holds())
        {
            // Everything that can happen now does, as far as a few turns show; then the clock moves.
            for (var i = 0; i < 2 && !holds(); i++) await Task.Delay(1, TestContext.Current.CancellationToken);
            if (holds()) return;
            Assert.True(passed <= (most ?? TimeSpan.FromHours(12)), $"It did not come to hold: {Lane.Trouble}, {Lane.Waiting} wait.");
            Clock.Advance(step);
            passed += step;
            if (passed > TimeSpan.FromSeconds(5)) step = TimeSpan.FromSeconds(1);
            if (passed > TimeSpan.FromMinutes(6)) step = TimeSpan.FromMinutes(1);
        }
    }

    public Task AddAsync(string sink, OutgoingAlert alert, string reason, CancellationToken cancellation)
    {
        if (IsDiskFull) throw new IOException("No space left on device");
        lock (_gate) _dead.Add((alert.Number, reason));
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
#pragma warning disable VSTHRD003 // It was started in the constructor.
        await Task.WhenAny(_running);
#pragma warning restore VSTHRD003
        await Lane.DisposeAsync();
        _stop.Dispose();
    }

    private void Tell(string sentence)
    {
        lock (_gate) _told.Add(sentence);
    }
}
