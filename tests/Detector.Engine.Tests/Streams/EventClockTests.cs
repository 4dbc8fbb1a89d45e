using Detector.Engine.Streams;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Engine.Tests.Streams;

public sealed class EventClockTests
{
    private static readonly DateTime s_noon = new(2026, 3, 3, 12, 0, 0, DateTimeKind.Utc);
    private static readonly TimeSpan s_lateness = TimeSpan.FromMinutes(30);

    [Fact]
    public void The_first_records_set_the_clock_once_three_agree()
    {
        var clock = new EventClock(s_lateness);
        clock.Observe(s_noon);
        clock.Observe(s_noon.AddMinutes(1));
        Assert.Equal(DateTime.MinValue, clock.Watermark);
        clock.Observe(s_noon.AddMinutes(2));
        Assert.Equal(s_noon.AddMinutes(2 - 30), clock.Watermark);
    }

    [Fact]
    public void A_partition_that_has_ended_holds_nothing_back_and_what_was_reached_stays()
    {
        var clock = At(s_noon);
        var reached = clock.Watermark;
        clock.End(0);
        Assert.Equal(reached, clock.Watermark);

        // As if it had never been: live partitions with records of the past neither move nor stop the clock, later ones move it.
        clock.Expect(0, s_noon.AddDays(1));
        clock.Expect(1, s_noon.AddDays(1));
        clock.Observe(s_noon.AddDays(-2), 1, s_noon.AddDays(1));
        Assert.Equal(reached, clock.Watermark);
        clock.Observe(s_noon.AddMinutes(10), 1, s_noon.AddDays(1));
        clock.Observe(s_noon.AddMinutes(20), 0, s_noon.AddDays(1));
        Assert.Equal(s_noon.AddMinutes(10 - 30), clock.Watermark);
    }

    [Theory]
    [InlineData(10, 0, true)]
    [InlineData(10, 1, false)]
    public void One_record_moves_a_replayed_clock_by_ten_minutes_at_most(int minutes, long ticks, bool moves)
    {
        var clock = At(s_noon);
        clock.Observe(s_noon.AddMinutes(minutes).AddTicks(ticks));
        Assert.Equal(moves, clock.Watermark > s_noon - s_lateness);
    }

    [Fact]
    public void A_replayed_clock_follows_a_jump_that_three_records_agree_on()
    {
        var clock = At(s_noon);
        clock.Observe(s_noon.AddDays(3));
        clock.Observe(s_noon.AddDays(3).AddHours(1));
        Assert.Equal(s_noon - s_lateness, clock.Watermark);
        clock.Observe(s_noon.AddDays(3).AddHours(2));
        Assert.Equal(s_noon.AddDays(3) - s_lateness, clock.Watermark);
    }

    [Fact]
    public void Records_that_are_years_apart_agree_on_nothing()
    {
        var clock = At(s_noon);
        for (var i = 1; i <= 10; i++) clock.Observe(s_noon.AddYears(i));
        Assert.Equal(s_noon - s_lateness, clock.Watermark);
        clock.Observe(s_noon.AddMinutes(1));
        Assert.Equal(s_noon.AddMinutes(1) - s_lateness, clock.Watermark);
    }

    [Theory]
    [InlineData(PartitionClock.WaitingMax - 1, false)]
    [InlineData(PartitionClock.WaitingMax, true)]
    public void The_records_that_wait_ahead_of_the_clock_are_bounded(int waiting, bool moves)
    {
        var clock = At(s_noon);
        for (var i = 1; i <= waiting; i++) clock.Observe(s_noon.AddDays(2 * i));
        Assert.Equal(moves, clock.Watermark > s_noon - s_lateness);
    }

    [Theory]
    [InlineData(10, 0, true)]
    [InlineData(10, 1, false)]
    public void Live_what_is_dated_more_than_ten_minutes_after_its_arrival_does_not_move_the_clock(int minutes, long ticks, bool moves)
    {
        var clock = new EventClock(s_lateness);
        clock.Observe(s_noon.AddMinutes(minutes).AddTicks(ticks), arrival: s_noon);
        Assert.Equal(moves, clock.Watermark != DateTime.MinValue);
    }

    [Fact]
    public void The_slowest_partition_holds_the_watermark_back_until_it_falls_silent()
    {
        var clock = new EventClock(s_lateness, TimeSpan.FromMinutes(2));
        clock.Observe(s_noon.AddHours(-2), partition: 0, arrival: s_noon);
        clock.Observe(s_noon, partition: 1, arrival: s_noon.AddMinutes(2));
        Assert.Equal(s_noon.AddHours(-2) - s_lateness, clock.Watermark);
        clock.Tick(s_noon.AddMinutes(2));
        Assert.Equal(s_noon.AddHours(-2) - s_lateness, clock.Watermark);
        clock.Tick(s_noon.AddMinutes(2).AddTicks(1));
        Assert.Equal(s_noon - s_lateness, clock.Watermark);
    }

    [Fact]
    public void When_all_are_silent_a_current_stream_goes_on_with_the_wall_clock()
    {
        var clock = new EventClock(s_lateness, TimeSpan.FromMinutes(2));
        clock.Observe(s_noon, arrival: s_noon.AddMinutes(5));
        clock.Tick(s_noon.AddHours(1));
        Assert.Equal(s_noon.AddHours(1).AddMinutes(-2) - s_lateness, clock.Watermark);
    }

    [Fact]
    public void A_worker_fed_with_history_is_not_thrown_into_the_present()
    {
        var clock = new EventClock(s_lateness, TimeSpan.FromMinutes(2));
        clock.Observe(s_noon.AddDays(-30), arrival: s_noon);
        clock.Tick(s_noon.AddHours(1));
        Assert.Equal(s_noon.AddDays(-30) - s_lateness, clock.Watermark);
    }

    [Fact]
    public void A_partition_that_is_expected_holds_the_watermark_back_until_its_records_come_or_it_is_silent()
    {
        var clock = new EventClock(s_lateness, TimeSpan.FromMinutes(2));
        clock.Expect(0, s_noon);
        clock.Expect(1, s_noon);
        clock.Observe(s_noon, partition: 0, arrival: s_noon);
        Assert.Equal(DateTime.MinValue, clock.Watermark);
        Assert.False(clock.Tick(s_noon.AddMinutes(2)));
        Assert.True(clock.Tick(s_noon.AddMinutes(2).AddTicks(1)));
        Assert.Equal(s_noon.AddTicks(1) - s_lateness, clock.Watermark);
    }

    [Fact]
    public void After_a_restart_a_backlog_is_not_late_although_nothing_was_heard_for_hours()
    {
        var clock = new EventClock(s_lateness, TimeSpan.FromMinutes(2));
        clock.Observe(s_noon, arrival: s_noon.AddMinutes(1));

        clock.Expect(0, s_noon.AddHours(5));
        clock.Tick(s_noon.AddHours(5).AddSeconds(1));

        Assert.False(clock.IsLate(s_noon.AddMinutes(1)));
    }

    [Fact]
    public void A_late_record_ends_a_silence()
    {
        var clock = new EventClock(s_lateness, TimeSpan.FromMinutes(2));
        clock.Observe(s_noon, arrival: s_noon);
        clock.Tick(s_noon.AddMinutes(3));
        clock.Heard(0, s_noon.AddMinutes(4));
        var before = clock.Watermark;

        clock.Tick(s_noon.AddMinutes(6));

        Assert.Equal(before, clock.Watermark);
    }

    [Property]
    public Property The_watermark_never_goes_back() => Prop.ForAll(ArbMap.Default.ArbFor<(short Minutes, byte Partition, bool Live)[]>(), records =>
    {
        var clock = new EventClock(s_lateness);
        var before = clock.Watermark;
        foreach (var (minutes, partition, live) in records)
        {
            clock.Observe(s_noon.AddMinutes(minutes), partition % 3, live ? s_noon.AddMinutes(minutes / 2) : null);
            if (partition > 200) clock.Tick(s_noon.AddMinutes(minutes));
            Assert.True(clock.Watermark >= before);
            before = clock.Watermark;
        }
    });

    private static EventClock At(DateTime time)
    {
        var clock = new EventClock(s_lateness);
        for (var i = 0; i < 3; i++) clock.Observe(time);
        Assert.Equal(time - s_lateness, clock.Watermark);
        return clock;
    }
}
