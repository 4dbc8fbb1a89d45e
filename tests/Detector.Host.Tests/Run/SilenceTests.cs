using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Host.Run;
using Detector.Rules;
using Detector.Sources.Live;

namespace Detector.Host.Tests.Run;

/// <summary>What falls silent is told of once: a partition, a category; but not when nobody listened.</summary>
public sealed class SilenceTests
{
    private static readonly DateTime s_start = new(2026, 3, 4, 10, 0, 0, DateTimeKind.Utc);

    private readonly RecordReader _reader = new(Plan());

    [Fact]
    public void A_category_that_stops_is_told_of_though_its_partition_goes_on()
    {
        var alarm = new SilenceAlarm(TimeSpan.FromHours(1), [], s_start);
        alarm.Hear(Slice(0, Records.Failure("f1", Records.WednesdayMorning) + Records.Activation("a1", Records.WednesdayMorning)));
        alarm.Hear(Slice(50, Records.Failure("f2", Records.WednesdayMorning)));
        Assert.Empty(alarm.Look(At(59)));
        Assert.Equal(["category AuditLogs: nothing since 2026-03-04T10:00:00Z, longer than 01:00:00"], Said(alarm, 60));
        Assert.Empty(alarm.Look(At(61)));

        // It speaks, and falls silent again: another silence, another alert; and by now all is silent.
        alarm.Hear(Slice(70, Records.Activation("a2", Records.WednesdayMorning)));
        Assert.Equal(["category SignInLogs: nothing since 2026-03-04T10:50:00Z, longer than 01:00:00"], Said(alarm, 129));
        Assert.Equal(["category AuditLogs: nothing since 2026-03-04T11:10:00Z, longer than 01:00:00", "hub/0: nothing since 2026-03-04T11:10:00Z, longer than 01:00:00"], Said(alarm, 130));
    }

    [Fact]
    public void Dismissed_records_are_heard_too()
    {
        var alarm = new SilenceAlarm(TimeSpan.FromHours(1), ["SignInLogs"], s_start);
        var success = Records.Failure("s1", Records.WednesdayMorning).Replace("50126", "0", StringComparison.Ordinal);
        var slice = Slice(30, success);
        Assert.Empty(slice.Batch.Events);
        alarm.Hear(slice);
        Assert.Empty(alarm.Look(At(60)));
    }

    [Fact]
    public void A_category_that_is_expected_is_missed_though_it_never_came()
    {
        var alarm = new SilenceAlarm(TimeSpan.FromHours(1), ["AuditLogs"], s_start);
        Assert.Equal(["category AuditLogs: nothing since 2026-03-04T10:00:00Z, longer than 01:00:00"], Said(alarm, 60));
    }

    [Fact]
    public void A_partition_that_is_read_and_empty_falls_silent()
    {
        var alarm = new SilenceAlarm(TimeSpan.FromHours(1), [], s_start);
        alarm.Hear(Slice(0, ""));
        Assert.Equal(["hub/0: nothing since 2026-03-04T10:00:00Z, longer than 01:00:00"], Said(alarm, 61));
    }

    [Fact]
    public void While_nobody_listened_nothing_was_silent()
    {
        var alarm = new SilenceAlarm(TimeSpan.FromHours(1), ["AuditLogs"], s_start);
        alarm.Forgive(At(300));
        Assert.Empty(alarm.Look(At(359)));
        Assert.Single(alarm.Look(At(360)));
    }

    private static List<string> Said(SilenceAlarm alarm, int minute) => [.. alarm.Look(At(minute)).Select(alert => alert.Factors[0].Because).Order(StringComparer.Ordinal)];

    private static DateTime At(int minute) => s_start.AddMinutes(minute);

    private static DetectionPlan Plan()
    {
        var loaded = RuleFolder.LoadOnly(ShippedFolder.Path, ["pim_activation_risk", "pim_activation_completed"]);
        return new DetectionPlan(loaded.Rules!, loaded.Tenant);
    }

    private LiveSlice Slice(int minute, string lines)
    {
        var batch = new EventBatch { Source = "hub/0" };
        _reader.ReadLines(System.Text.Encoding.UTF8.GetBytes(lines), 0, batch);
        return new LiveSlice { Stream = "hub/0", Batch = batch, Arrival = At(minute), Positions = [] };
    }
}
