using System.Globalization;
using Detector.Sinks.Delivery;
using Detector.Sinks.Tests.Delivery;
using Microsoft.AspNetCore.Http;

namespace Detector.Sinks.Tests.Http;

/// <summary>
/// What every sink has to do with a service that reads or answers slowly, answers without end, with a worker that stops in the middle, with a
/// clock that is set, and with an alert that comes again. After each, every alert is accepted or a dead letter.
/// </summary>
public sealed class EverySinkTests : IDeadLetters
{
    private readonly ShiftedClock _clock = new(TimeProvider.System);
    private readonly List<long> _dead = [];
    private readonly List<long> _accepted = [];
    private readonly List<string> _told = [];

    public static TheoryData<string> Kinds => [.. EverySink.Kinds];

    public static TheoryData<string, int> KindsAndHours
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var kind in EverySink.Kinds)
            {
                data.Add(kind, 6);
                data.Add(kind, -6);
            }

            return data;
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_service_that_does_not_read_is_left_at_the_deadline_and_tried_again(string kind)
    {
        await using var service = await ServiceAsync(kind);
        service.Before = (number, context) => number == 1 ? UntilAbortedAsync(context) : Task.CompletedTask;
        await RunAsync(kind, service, 3, TimeSpan.FromSeconds(1));
        Assert.Contains("it did not answer within 1 seconds.", Assert.Single(_told), StringComparison.Ordinal);
        Account(kind, service, 3);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_answer_that_trickles_is_left_at_the_deadline_and_is_no_acceptance(string kind)
    {
        await using var service = await ServiceAsync(kind);
        service.Answer = (number, context) => number == 1 ? TrickleAsync(context) : EverySink.GoodAsync(kind, context);
        await RunAsync(kind, service, 3, TimeSpan.FromSeconds(1));
        Assert.Contains("it did not answer within 1 seconds.", Assert.Single(_told), StringComparison.Ordinal);
        Account(kind, service, 3);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_answer_without_end_is_read_as_far_as_64_KiB_and_the_message_is_short(string kind)
    {
        var ended = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var service = await ServiceAsync(kind);
        service.Answer = (number, context) => number == 1 ? FloodAsync(context, ended) : EverySink.GoodAsync(kind, context);
        await RunAsync(kind, service, 3, TimeSpan.FromSeconds(30));

        // The service would have gone on to a gigabyte; what is in the buffers of both sides was written before it knew.
        Assert.InRange(await ended.Task.WaitAsync(Stop), 1, 200_000_000);
        Assert.InRange(Assert.Single(_told).Length, 1, 400);
        Account(kind, service, 3);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_a_worker_that_stops_was_sending_is_sent_by_the_next(string kind)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var service = await ServiceAsync(kind);
        service.Answer = async (number, context) =>
        {
            if (number > 1)
            {
                await EverySink.GoodAsync(kind, context);
                return;
            }

            arrived.SetResult();
            await UntilAbortedAsync(context);
        };
        await using (var lane = Lane(kind, service, accepted: 0, TimeSpan.FromMinutes(5)))
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            lane.Add(Alerts.Many(3));
            var running = Task.Run(() => lane.RunAsync(stop.Token), Stop);
            await arrived.Task.WaitAsync(Stop);
            await stop.CancelAsync();
            await Task.WhenAny(running);
            Assert.True(running.IsCanceled);

            // Nothing says that it was taken, and nothing that it failed.
            Assert.Equal((0, 3, null), (lane.Accepted, lane.Waiting, lane.Trouble));
            Assert.Empty(_accepted.Concat(_dead));
            Assert.Empty(_told);
        }

        await RunAsync(kind, service, 3, TimeSpan.FromSeconds(10));
        Assert.Equal(EverySink.KeyOf(kind, service.All[0]), EverySink.KeyOf(kind, service.All[1]));
        Account(kind, service, 3);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_alert_that_comes_again_after_a_crash_comes_under_the_same_key(string kind)
    {
        await using var service = await ServiceAsync(kind);

        // Accepted, but the checkpoint did not know it.
        await RunAsync(kind, service, 1, TimeSpan.FromSeconds(10));
        await RunAsync(kind, service, 1, TimeSpan.FromSeconds(10));
        Assert.Equal(2, service.All.Count);
        Assert.NotNull(EverySink.KeyOf(kind, service.All[0]));
        Assert.Equal(EverySink.KeyOf(kind, service.All[0]), EverySink.KeyOf(kind, service.All[1]));
        Assert.Contains(Alerts.One(1).Id.ToString(), EverySink.TextOf(service.All[0]), StringComparison.Ordinal);

        // Within one run the lane itself passes it over.
        await using var lane = Lane(kind, service, accepted: 0, TimeSpan.FromSeconds(10));
        lane.Add(Alerts.Many(1));
        lane.Add(Alerts.Many(1));
        Assert.Equal(1, lane.Waiting);
        Account(kind, service, 2);
    }

    [Theory]
    [MemberData(nameof(KindsAndHours))]
    public async Task A_clock_that_is_set_during_a_pause_makes_no_sink_sleep_or_hammer(string kind, int hours)
    {
        await using var service = await ServiceAsync(kind);
        service.Answer = (number, context) =>
        {
            if (number > 2) return EverySink.GoodAsync(kind, context);
            _clock.Shift += TimeSpan.FromHours(number == 1 ? hours : -2 * hours);
            return ServiceOverTls.Status(context, 500);
        };
        await RunAsync(kind, service, 3, TimeSpan.FromSeconds(10));
        Assert.InRange(service.All.Count, 3, 5);

        // Each attempt is dated and signed anew, by the clock as it is by then.
        var dates = service.All.Select(call => call.Headers.TryGetValue("X-Signature", out var signature) ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(signature.Split(',')[0][2..], CultureInfo.InvariantCulture))
            : call.Headers.TryGetValue("x-ms-date", out var date) ? DateTimeOffset.ParseExact(date, "R", CultureInfo.InvariantCulture) : (DateTimeOffset?)null).ToList();
        if (dates[0] is not null) Assert.Equal([0, hours, -hours], dates.Take(3).Select(date => Math.Round((date!.Value - TimeProvider.System.GetUtcNow()).TotalHours)));
        Account(kind, service, 3);
    }

    [Theory]
    [MemberData(nameof(KindsAndHours))]
    public async Task How_long_a_service_asks_to_wait_does_not_depend_on_our_clock(string kind, int hours)
    {
        await using var service = await ServiceAsync(kind);
        _clock.Shift = TimeSpan.FromHours(hours);
        service.Answer = (_, context) => ServiceOverTls.Status(context, 429, retryAfter: TimeProvider.System.GetUtcNow().AddSeconds(90).ToString("R", CultureInfo.InvariantCulture));
        await using var sink = EverySink.Make(kind, service, _clock);
        var busy = await Assert.ThrowsAsync<SinkBusyException>(() => sink.SendAsync(Alerts.Many(1), Stop));
        Assert.InRange(busy.RetryAfter!.Value, TimeSpan.FromSeconds(80), TimeSpan.FromSeconds(91));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(-6)]
    public async Task Pauses_and_pace_are_measured_by_what_has_passed(int hours)
    {
        ShiftedClock? clock = null;
        var isUp = false;
        var sink = new ScriptedSink(1, (_, _, _) => Volatile.Read(ref isUp) ? Task.FromResult(SendOutcome.Accepted) : throw new HttpRequestException("down"));
        await using var run = new LaneRun(sink, options => options with { Clock = clock = new ShiftedClock(options.Clock) });
        run.Lane.Add(Alerts.Many(5));
        for (var minute = 10; minute <= 30; minute += 10)
        {
            var then = run.Clock.GetUtcNow() + TimeSpan.FromMinutes(10);
            await run.UntilAsync(() => run.Clock.GetUtcNow() >= then);
            clock!.Shift += TimeSpan.FromHours(hours);
        }

        // A pause is half a minute to a minute: half an hour has so many.
        Assert.InRange(sink.Calls.Count, 20, 80);
        Volatile.Write(ref isUp, true);
        await run.UntilAsync(() => run.Lane.Accepted == 5, TimeSpan.FromMinutes(5));
        Assert.Equal([1, 2, 3, 4, 5], sink.Accepted);
    }

    Task IDeadLetters.AddAsync(string sink, OutgoingAlert alert, string reason, CancellationToken cancellation)
    {
        _dead.Add(alert.Number);
        return Task.CompletedTask;
    }

    private static async Task<ServiceOverTls> ServiceAsync(string kind)
    {
        var service = await ServiceOverTls.StartAsync();
        service.Answer = (_, context) => EverySink.GoodAsync(kind, context);
        return service;
    }

    private static Task UntilAbortedAsync(HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted);

    private static async Task TrickleAsync(HttpContext context)
    {
        context.Response.StatusCode = 200;
        while (true)
        {
            await context.Response.WriteAsync(" ", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(50, context.RequestAborted);
        }
    }

    private static async Task FloodAsync(HttpContext context, TaskCompletionSource<long> ended)
    {
        var words = new byte[64 * 1024];
        words.AsSpan().Fill((byte)'x');
        var written = 0L;
        try
        {
            context.Response.StatusCode = 500;
            for (; written < 1_000_000_000; written += words.Length)
            {
                await context.Response.Body.WriteAsync(words, context.RequestAborted);

                // So that it learns in time that nobody reads on.
                if (written % (1 << 20) == 0) await Task.Delay(1, context.RequestAborted);
            }
        }
        finally
        {
            ended.SetResult(written);
        }
    }

    private SinkLane Lane(string kind, ServiceOverTls service, long accepted, TimeSpan deadline) => new(EverySink.Make(kind, service, _clock), accepted, new LaneOptions
    {
        Clock = _clock,
        Tell = _told.Add,
        DeadLetters = this,
        Random = new Random(1),
        Deadline = deadline,
        Accepted = alerts => _accepted.AddRange(alerts.Select(alert => alert.Number)),
    });

    private async Task RunAsync(string kind, ServiceOverTls service, int alerts, TimeSpan deadline)
    {
        await using var lane = Lane(kind, service, accepted: 0, deadline);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        lane.Add(Alerts.Many(alerts));
        var running = Task.Run(() => lane.RunAsync(stop.Token), Stop);
        while (lane.Accepted < alerts) await Task.Delay(5, Stop);
        await stop.CancelAsync();
        await Task.WhenAny(running);
    }

    private void Account(string kind, ServiceOverTls service, int given)
    {
        Assert.Equal(given, _accepted.Count + _dead.Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}: {given} alerts, {_accepted.Count} accepted, {_dead.Count} dead letters, {service.All.Count} calls");
    }
}
