using System.Collections.Immutable;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;

namespace Detector.Sinks.Tests.Delivery;

public sealed class SinkLaneTests
{
    private static readonly ImmutableDictionary<int, string> s_none = SendOutcome.Accepted.Later;

    [Fact]
    public async Task Alerts_go_out_in_order_in_batches_and_each_once()
    {
        var sink = new ScriptedSink(10, (_, _, _) => Task.FromResult(SendOutcome.Accepted));
        await using var run = new LaneRun(sink, accepted: 5);
        run.Lane.Add(Alerts.Many(25));
        await run.UntilAsync(() => run.Lane.Accepted == 25);

        // The first five were accepted before the start.
        Assert.Equal(Enumerable.Range(6, 20).Select(number => (long)number), sink.Accepted);
        Assert.All(sink.Calls, call => Assert.True(call.Count <= 10));
        run.Lane.Add(Alerts.Many(3, from: 20));
        run.Lane.Add(Alerts.Many(3, from: 26));
        await run.UntilAsync(() => run.Lane.Accepted == 28);
        Assert.Equal(Enumerable.Range(6, 23).Select(number => (long)number), sink.Accepted);
        Assert.Equal((0, null), (run.Lane.Waiting, run.Lane.Trouble));
    }

    [Fact]
    public async Task A_service_that_is_down_for_a_night_loses_nothing_and_order_is_kept()
    {
        var isUp = false;
        var sink = new ScriptedSink(100, (_, _, _) => Volatile.Read(ref isUp) ? Task.FromResult(SendOutcome.Accepted) : throw new HttpRequestException("no route to host"));
        await using var run = new LaneRun(sink);
        run.Lane.Add(Alerts.Many(1000));
        var morning = run.Clock.GetUtcNow() + TimeSpan.FromHours(10);
        await run.UntilAsync(() => run.Clock.GetUtcNow() > morning);
        Assert.Equal((0, 1000, "Scripted does not accept alerts: no route to host"), (run.Lane.Accepted, run.Lane.Waiting, run.Lane.Trouble));

        // A minute apart at most, and it was told once.
        Assert.InRange(sink.Calls.Count, 600, 1400);
        Assert.Single(run.Told);
        Volatile.Write(ref isUp, true);
        await run.UntilAsync(() => run.Lane.Accepted == 1000);
        Assert.Equal(Enumerable.Range(1, 1000).Select(number => (long)number), sink.Accepted);
        Assert.Null(run.Lane.Trouble);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(1)]
    [InlineData(64)]
    public async Task One_alert_that_is_refused_becomes_a_dead_letter_and_holds_up_no_other(int poison)
    {
        var sink = new ScriptedSink(64, (_, alerts, _) => alerts.Any(alert => alert.Number == poison) ? throw new SinkRefusedException("400: that one is malformed") : Task.FromResult(SendOutcome.Accepted));
        await using var run = new LaneRun(sink);
        run.Lane.Add(Alerts.Many(100));
        await run.UntilAsync(() => run.Lane.Accepted == 100, TimeSpan.FromMinutes(1));
        Assert.Equal((poison, "400: that one is malformed"), Assert.Single(run.Dead));
        Assert.Equal(Enumerable.Range(1, 100).Where(number => number != poison).Select(number => (long)number), sink.Accepted);

        // Halves, then whole batches again.
        Assert.InRange(sink.Calls.Count, 3, 24);
        Assert.Null(run.Lane.Trouble);
    }

    [Fact]
    public async Task Of_a_batch_that_is_taken_in_part_each_alert_is_accounted_for_and_none_is_sent_twice()
    {
        var sink = new ScriptedSink(10, (call, alerts, _) => Task.FromResult(call == 1
            ? new SendOutcome(s_none.Add(1, "no such column"), s_none.Add(0, "busy").Add(4, "busy"))
            : SendOutcome.Accepted));
        await using var run = new LaneRun(sink);
        run.Lane.Add(Alerts.Many(10));
        await run.UntilAsync(() => run.Lane.Accepted == 10);
        Assert.Equal((2, "no such column"), Assert.Single(run.Dead));
        Assert.Equal([1, 5], sink.Calls[1]);
        Assert.Equal([1, 3, 4, 5, 6, 7, 8, 9, 10], sink.Accepted.Order());
        Assert.Equal(sink.Accepted.Count, sink.Accepted.Distinct().Count());
    }

    [Fact]
    public async Task What_the_service_asks_for_is_waited_for_by_its_own_clock()
    {
        var sink = new ScriptedSink(10, (call, _, _) => call == 1 ? throw new SinkBusyException("429", TimeSpan.FromMinutes(5)) : Task.FromResult(SendOutcome.Accepted));
        await using var run = new LaneRun(sink);
        var began = run.Clock.GetUtcNow();
        run.Lane.Add(Alerts.Many(1));
        await run.UntilAsync(() => run.Lane.Accepted == 1);
        Assert.InRange(run.Clock.GetUtcNow() - began, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5.5));
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_a_failure_after_the_deadline_even_if_the_sink_does_not_listen()
    {
        var sink = new ScriptedSink(10, async (call, _, _) =>
        {
            if (call == 1) await Task.Delay(Timeout.Infinite, CancellationToken.None);
            return SendOutcome.Accepted;
        });
        await using var run = new LaneRun(sink);
        run.Lane.Add(Alerts.Many(2));
        await run.UntilAsync(() => run.Lane.Accepted == 2, TimeSpan.FromMinutes(2));
        Assert.Equal(2, sink.Calls.Count);
        Assert.Contains("it did not answer within 30 seconds", Assert.Single(run.Told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_not_called_again_and_all_that_was_meant_for_it_is_kept()
    {
        var sink = new ScriptedSink(10, (call, _, _) => call == 2 ? throw new SinkGoneException("it answered 410") : Task.FromResult(SendOutcome.Accepted));
        await using var run = new LaneRun(sink);
        run.Lane.Add(Alerts.Many(25));
        await run.UntilAsync(() => run.Lane.Accepted == 25);
        Assert.Equal(2, sink.Calls.Count);
        Assert.Equal(Enumerable.Range(11, 15).Select(number => ((long)number, "it answered 410")), run.Dead);
        Assert.Contains("not called any more", run.Lane.Trouble!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_letter_that_cannot_be_kept_leaves_its_alert_waiting()
    {
        var sink = new ScriptedSink(1, (_, alerts, _) => alerts[0].Number == 1 ? throw new SinkRefusedException("no") : Task.FromResult(SendOutcome.Accepted));
        await using var run = new LaneRun(sink) { IsDiskFull = true };
        run.Lane.Add(Alerts.Many(2));
        await run.UntilAsync(() => sink.Calls.Count > 3);
        Assert.Equal(0, run.Lane.Accepted);
        Assert.Contains("No space left", run.Lane.Trouble!, StringComparison.Ordinal);
        run.IsDiskFull = false;
        await run.UntilAsync(() => run.Lane.Accepted == 2);
        Assert.Equal((1, "no"), Assert.Single(run.Dead));
    }

    [Fact]
    public async Task Alerts_that_are_meant_for_others_are_settled_without_a_call()
    {
        var sink = new ScriptedSink(10, (_, _, _) => Task.FromResult(SendOutcome.Accepted));
        await using var run = new LaneRun(sink, options => options with { Takes = new SinkRoute { MinSeverity = Severity.Critical }.Takes });
        run.Lane.Add([Alerts.One(1), Alerts.One(2, Severity.Critical), Alerts.One(3, Severity.Low)]);
        await run.UntilAsync(() => run.Lane.Accepted == 3);
        Assert.Equal([2], sink.Accepted);
    }

    [Fact]
    public async Task A_storm_of_ten_thousand_is_a_few_messages_for_people_and_a_critical_one_waits_for_none()
    {
        var sink = new ScriptedSink(1, (_, _, _) => Task.FromResult(SendOutcome.Accepted));
        await using var run = new LaneRun(sink, options => options with { Pace = SinkPace.Channel });
        run.Lane.Add(Alerts.Many(10_000));
        await run.UntilAsync(() => sink.Calls.Count == 7, TimeSpan.FromSeconds(20));
        Assert.All(sink.Calls, call => Assert.Single(call));
        var critical = Alerts.One(10_001, Severity.Critical);
        var began = run.Clock.GetUtcNow();
        run.Lane.Add([critical]);
        await run.UntilAsync(() => run.Lane.Accepted == 10_001, TimeSpan.FromMinutes(5));
        var summaries = sink.Calls.Where(call => call[0] < 0).ToList();
        Assert.InRange(summaries.Count, 1, 3);
        Assert.Equal(10_001, sink.Accepted.Distinct().Count());
        Assert.Equal(sink.Accepted.Order(), sink.Accepted);
        Assert.InRange(run.Clock.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task A_summary_that_is_refused_holds_up_nothing_its_alerts_go_out_each_on_their_own()
    {
        var sink = new ScriptedSink(1, (_, alerts, _) => alerts.Count > 1 ? throw new SinkRefusedException("too large") : Task.FromResult(SendOutcome.Accepted));
        await using var run = new LaneRun(sink, options => options with { Pace = SinkPace.Channel });
        run.Lane.Add(Alerts.Many(20));
        await run.UntilAsync(() => run.Lane.Accepted == 20, TimeSpan.FromMinutes(15));
        Assert.Single(sink.Calls, call => call[0] < 0);
        Assert.Equal(Enumerable.Range(1, 20).Select(number => (long)number), sink.Accepted);
        Assert.Empty(run.Dead);
    }

    [Fact]
    public async Task A_sink_that_is_down_with_a_hundred_thousand_alerts_slows_no_other_and_takes_them_in_order_afterwards()
    {
        const int Count = 100_000;
        var isUp = false;
        var down = new ScriptedSink(500, (_, _, _) => Volatile.Read(ref isUp) ? Task.FromResult(SendOutcome.Accepted) : throw new HttpRequestException("down"));
        var up = new ScriptedSink(500, (_, _, _) => Task.FromResult(SendOutcome.Accepted));
        await using var failing = new LaneRun(down);
        await using var other = new LaneRun(up);
        var json = Alerts.One(1);
        for (var from = 1; from <= Count; from += 1000)
        {
            // The same bytes for all: what a lane holds of its own is a reference to each.
            List<OutgoingAlert> alerts = [.. Enumerable.Range(from, 1000).Select(number => json with { Number = number })];
            failing.Lane.Add(alerts);
            other.Lane.Add(alerts);
        }

        await other.UntilAsync(() => other.Lane.Accepted == Count, TimeSpan.FromMinutes(1));
        Assert.Equal((0, Count), (failing.Lane.Accepted, failing.Lane.Waiting));
        Volatile.Write(ref isUp, true);
        await failing.UntilAsync(() => failing.Lane.Accepted == Count, TimeSpan.FromHours(1));
        Assert.Equal(Enumerable.Range(1, Count).Select(number => (long)number), down.Accepted);
        Assert.Equal(down.Accepted, up.Accepted);
    }

    [Fact]
    public async Task Whatever_a_service_answers_every_alert_is_accepted_or_a_dead_letter_and_order_holds_for_each_id()
    {
        for (var seed = 1; seed <= 12; seed++)
        {
            var random = new Random(seed);
            var sink = new ScriptedSink(random.Next(1, 40), (_, alerts, _) => Answer(random, alerts));
            await using var run = new LaneRun(sink);
            run.Lane.Add(Alerts.Many(150));
            await run.UntilAsync(() => run.Lane.Accepted == 150);
            var dead = run.Dead.Select(letter => letter.Number).ToList();
            Assert.True(sink.Accepted.Concat(dead).Distinct().Order().SequenceEqual(Enumerable.Range(1, 150).Select(number => (long)number)), $"seed {seed}");
            Assert.True(sink.Accepted.Count + dead.Count == 150, $"seed {seed}: {sink.Accepted.Count} accepted, {dead.Count} dead");
            TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {sink.Calls.Count} calls, {sink.Accepted.Count} accepted, {dead.Count} dead letters");
        }
    }

    private static Task<SendOutcome> Answer(Random random, IReadOnlyList<OutgoingAlert> alerts) => random.Next(8) switch
    {
        0 => throw new HttpRequestException("reset"),
        1 => throw new SinkBusyException("429", TimeSpan.FromSeconds(random.Next(20))),
        2 when alerts.Any(alert => alert.Number % 17 == 0) => throw new SinkRefusedException("400"),
        3 => Task.FromResult(new SendOutcome(s_none.Add(random.Next(alerts.Count), "refused"), s_none)),
        4 => Task.FromResult(new SendOutcome(s_none, s_none.Add(random.Next(alerts.Count), "later"))),
        _ => Task.FromResult(SendOutcome.Accepted),
    };
}
