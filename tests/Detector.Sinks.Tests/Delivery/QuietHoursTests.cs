using System.Globalization;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;

namespace Detector.Sinks.Tests.Delivery;

public sealed class QuietHoursTests
{
    private static readonly TimeZoneInfo s_amsterdam = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");

    [Theory]
    [InlineData("22:00", "07:00", "2026-03-02T20:59:59Z", "00:00:00")] // 21:59:59 in Amsterdam
    [InlineData("22:00", "07:00", "2026-03-02T21:00:00Z", "09:00:00")]
    [InlineData("22:00", "07:00", "2026-03-03T05:59:59Z", "00:00:01")]
    [InlineData("22:00", "07:00", "2026-03-03T06:00:00Z", "00:00:00")]
    [InlineData("12:00", "13:00", "2026-03-03T11:30:00Z", "00:30:00")]
    [InlineData("12:00", "13:00", "2026-03-03T12:00:00Z", "00:00:00")]
    [InlineData("12:00", "13:00", "2026-03-03T10:59:59Z", "00:00:00")]
    [InlineData("00:00", "06:00", "2026-03-02T23:00:00Z", "06:00:00")]
    [InlineData("22:00", "07:00", "2026-03-28T21:00:00Z", "08:00:00")] // An hour is leapt over in that night.
    [InlineData("22:00", "07:00", "2026-10-24T20:00:00Z", "10:00:00")] // An hour comes twice.
    [InlineData("01:00", "02:30", "2026-03-29T00:30:00Z", "00:30:00")] // 02:30 is not there: they end at 03:00.
    public void They_last_until_the_clock_on_the_wall_says_so(string from, string until, string now, string left)
    {
        var quiet = new QuietHours(TimeOnly.Parse(from, CultureInfo.InvariantCulture), TimeOnly.Parse(until, CultureInfo.InvariantCulture), s_amsterdam, Severity.Critical);
        Assert.Equal(TimeSpan.Parse(left, CultureInfo.InvariantCulture), quiet.Left(DateTime.Parse(now, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal)));
    }

    [Fact]
    public void In_steps_through_a_year_they_end_when_they_say()
    {
        var quiet = new QuietHours(new TimeOnly(22, 0), new TimeOnly(7, 0), s_amsterdam, Severity.Critical);
        for (var now = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc); now.Year == 2026; now = now.AddMinutes(17))
        {
            var left = quiet.Left(now);
            if (left == TimeSpan.Zero) continue;
            Assert.Equal(TimeSpan.Zero, quiet.Left(now + left));
            Assert.Equal(new TimeSpan(7, 0, 0), TimeZoneInfo.ConvertTimeFromUtc(now + left, s_amsterdam).TimeOfDay);
            Assert.True(quiet.Left(now + left - TimeSpan.FromTicks(1)) > TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task In_them_nothing_goes_out_and_afterwards_all_of_it()
    {
        var sink = new ScriptedSink(10, (_, _, _) => Task.FromResult(SendOutcome.Accepted));
        await using var run = new LaneRun(sink, options => options with { Quiet = Night() });
        var morning = new DateTime(2026, 3, 2, 7, 0, 0, DateTimeKind.Utc);
        run.Lane.Add(Alerts.Many(3));
        await run.UntilAsync(() => run.Clock.GetUtcNow().UtcDateTime > morning.AddMinutes(-2));
        Assert.Empty(sink.Calls);
        Assert.Equal((0, 3, false), (run.Lane.Accepted, run.Lane.Waiting, run.Lane.IsDue));
        await run.UntilAsync(() => run.Lane.Accepted == 3, TimeSpan.FromMinutes(10));
        Assert.Equal([1, 2, 3], Assert.Single(sink.Calls));
    }

    [Fact]
    public async Task What_is_grave_goes_out_at_once_after_what_waits_of_the_same_alert_and_the_rest_is_one_message_in_the_morning()
    {
        var sink = new ScriptedSink(1, (_, _, _) => Task.FromResult(SendOutcome.Accepted));
        await using var run = new LaneRun(sink, options => options with { Quiet = Night(), Pace = SinkPace.Channel });

        // More than would fit into memory at other times wait before it.
        var many = Alerts.Many(6_000);
        run.Lane.Add(many);
        run.Lane.Add([Alerts.One(6_001, Severity.Critical), Alerts.One(6_002), Alerts.One(6_003, Severity.Critical) with { Id = many[41].Id }]);
        await run.UntilAsync(() => sink.Accepted.Count == 3, TimeSpan.FromMinutes(1));
        Assert.Equal([42, 6_001, 6_003], sink.Accepted);
        await run.UntilAsync(() => run.Lane.Accepted == 6_003);
        Assert.Equal(3, sink.Calls.Count(call => call[0] > 0));
        Assert.Equal(Enumerable.Range(1, 6_003).Select(number => (long)number), sink.Accepted.Order());
    }

    private static QuietHours Night() => new(new TimeOnly(22, 0), new TimeOnly(7, 0), TimeZoneInfo.Utc, Severity.Critical);
}
