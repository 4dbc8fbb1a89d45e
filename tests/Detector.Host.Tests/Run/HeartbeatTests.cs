using Detector.Engine.Rules;
using Detector.Host.Run;
using Detector.Sinks.Delivery;
using Microsoft.Extensions.Time.Testing;

namespace Detector.Host.Tests.Run;

public sealed class HeartbeatTests
{
    private static readonly TimeZoneInfo s_amsterdam = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");

    [Fact]
    public async Task It_is_said_at_its_hours_and_tried_again_until_it_is_accepted()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 10, 20, 0, TimeSpan.Zero));
        var sink = new Beaten(clock);
        var told = new List<string>();
        var beat = new Heartbeat(sink, TimeSpan.FromHours(6), quiet: null, s_amsterdam, () => ["1 record."], clock, told.Add);
        using var stop = new CancellationTokenSource();
        var running = beat.RunAsync(stop.Token);
        await PassAsync(TimeSpan.FromHours(25), sink, clock);

        // In Amsterdam 12, 18, 0, 6 and 12.
        Assert.Equal(["02 11:00", "02 17:00", "02 23:00", "03 05:00", "03 11:00"], sink.Said);
        Assert.Contains("comes on Tuesday 3 March at 18:00", sink.Last, StringComparison.Ordinal);
        Assert.Contains("1 record.", sink.Last, StringComparison.Ordinal);
        Assert.Null(beat.Trouble);

        sink.IsDown = true;
        await PassAsync(TimeSpan.FromHours(6), sink, clock);
        Assert.Contains("is not accepted: 503", beat.Trouble, StringComparison.Ordinal);
        Assert.Single(told);
        sink.IsDown = false;
        await PassAsync(TimeSpan.FromMinutes(3), sink, clock);
        Assert.Equal(6, sink.Said.Count);
        Assert.Null(beat.Trouble);
        await stop.CancelAsync();
        await Task.WhenAny(running);
        Assert.True(running.IsCanceled);
    }

    [Fact]
    public void It_waits_for_the_end_of_quiet_hours_and_a_clock_that_changes_gives_no_second_one()
    {
        var quiet = new QuietHours(new TimeOnly(22, 0), new TimeOnly(7, 30), s_amsterdam, Severity.Critical);
        var beat = new Heartbeat(new Beaten(TimeProvider.System), TimeSpan.FromDays(1), quiet, s_amsterdam, () => [], TimeProvider.System, _ => { });
        var times = new List<DateTime>();
        for (var at = new DateTime(2026, 3, 27, 12, 0, 0, DateTimeKind.Utc); times.Count < 4;) times.Add(at = beat.Next(at));
        Assert.Equal(["28 06:30", "29 05:30", "30 05:30", "31 05:30"], times.Select(time => time.ToString("dd HH:mm", System.Globalization.CultureInfo.InvariantCulture)));
        foreach (var minutes in (int[])[10, 45, 60, 7 * 60, 24 * 60])
        {
            var every = new Heartbeat(new Beaten(TimeProvider.System), TimeSpan.FromMinutes(minutes), quiet: null, s_amsterdam, () => [], TimeProvider.System, _ => { });
            for (var at = new DateTime(2026, 3, 28, 0, 0, 0, DateTimeKind.Utc); at.Day < 31; at = every.Next(at)) Assert.InRange(every.Next(at) - at, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(minutes + 60));
            for (var at = new DateTime(2026, 10, 24, 0, 0, 0, DateTimeKind.Utc); at.Day < 27; at = every.Next(at)) Assert.InRange(every.Next(at) - at, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(minutes + 60));
        }
    }

    private static async Task PassAsync(TimeSpan span, Beaten sink, FakeTimeProvider clock)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromMinutes(1))
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            for (var i = 0; i < 3; i++) await Task.Yield();
            if (clock.GetUtcNow().Minute is 0 or 1) await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        await Task.Delay(5, TestContext.Current.CancellationToken);
        Assert.NotNull(sink);
    }

    private sealed class Beaten(TimeProvider clock) : IHeartbeatSink
    {
        public bool IsDown { get; set; }

        public List<string> Said { get; } = [];

        public string Last { get; private set; } = "";

        public string Name => "Teams";

        public int BatchMax => 1;

        public Task<SendOutcome> SendAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation) => Task.FromResult(SendOutcome.Accepted);

        public Task SendHeartbeatAsync(string title, IReadOnlyList<string> sentences, CancellationToken cancellation)
        {
            if (IsDown) throw new HttpRequestException("503");
            Said.Add(clock.GetUtcNow().ToString("dd HH:mm", System.Globalization.CultureInfo.InvariantCulture));
            Last = string.Join(' ', sentences);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
