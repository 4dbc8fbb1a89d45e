using Detector.Engine.Pipeline;
using Detector.Engine.Rules;
using Xunit;

namespace Detector.Engine.Tests.Pipeline;

public sealed class PipelineTests
{
    private const string User = "3bd47e42-37c9-442f-a2b4-f04de61ef0ce";

    [Theory]
    [InlineData(-1, 0)] // an hour and a tick before: outside
    [InlineData(0, 1)] // an hour before to the tick: inside
    [InlineData(1, 1)]
    public void A_failure_counts_from_one_hour_before_to_the_tick(long ticksInside, int counted)
    {
        var time = Scene.Start - Scene.Hour + TimeSpan.FromTicks(ticksInside);
        var run = Run.Of(Scene.Failure("f1", time, User), Scene.Failure("f2", Scene.Start.AddMinutes(-2), User), Scene.Activation("c1", Scene.Start, User, "r1", 0));

        // 30 for tier 0 and 5 for each: 35 stays silent, 40 alerts.
        Assert.Equal(counted, run.Final.Count);
        if (counted == 1) Assert.Equal(40, run.Final[0].Score);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_failure_counts_until_the_activation_itself_to_the_tick(long ticksAfter, bool counts)
    {
        var run = Run.Of(
            Scene.Failure("f1", Scene.Start.AddMinutes(-2), User), Scene.Activation("c1", Scene.Start, User, "r1", 0),
            Scene.Failure("f2", Scene.Start.AddTicks(ticksAfter), User));
        Assert.Equal(counts, run.Final.Count == 1);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void A_record_counts_until_the_watermark_to_the_tick(long ticksAfterWatermark, bool taken)
    {
        var newest = Scene.Start.AddMinutes(3);
        var run = new Run().Take(
            Scene.Failure("x1", newest, "other"), Scene.Failure("x2", newest, "other"), Scene.Failure("x3", newest, "other"),
            Scene.Emergency("late", newest.AddMinutes(-30).AddTicks(ticksAfterWatermark), User)).Complete();
        Assert.Equal(taken ? 1 : 0, run.Final.Count);
        Assert.Equal(taken ? 0 : 1, run.Counters.Late);
        Assert.Equal(taken ? [] : new[] { "late" }, run.Late.Select(logged => logged.Id));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void An_alert_is_final_once_the_watermark_is_past_the_settling_of_its_session(long ticksPast, bool final)
    {
        var past = Scene.Start.AddMinutes(5 + 30).AddTicks(ticksPast);
        var run = new Run().Take(Scene.Emergency("b1", Scene.Start, User), Scene.Failure("x1", Scene.Start.AddMinutes(1), "other"), Scene.Failure("x2", Scene.Start.AddMinutes(2), "other"));
        run.Take(Scene.Failure("y1", past, "other"), Scene.Failure("y2", past, "other"));
        Assert.Empty(run.Final);
        run.Take(Scene.Failure("y3", past, "other"));
        Assert.Equal(final, run.Final.Count == 1);
    }

    [Fact]
    public void An_activation_without_failures_scores_its_tier()
    {
        var plan = new DetectionPlan(Scene.Rules(threshold: 30), Scene.Plan.Tenant);
        var run = new Run(plan).Take(Scene.Activation("c1", Scene.Start, User, "r1", 0)).Complete();
        var alert = Assert.Single(run.Final);
        Assert.Equal(30, alert.Score);
        var factor = Assert.Single(alert.Factors);
        Assert.Equal(("tier", 30, "Role of tier 0 is tier 0"), (factor.Id, factor.Points, factor.Because));
    }

    [Theory]
    [InlineData(39, true)]
    [InlineData(40, true)]
    [InlineData(41, false)] // one point short
    public void A_score_of_40_alerts_up_to_a_threshold_of_40_to_the_point(int threshold, bool alerts)
    {
        var run = new Run(new DetectionPlan(Scene.Rules(threshold), Scene.Plan.Tenant))
            .Take(Scene.Failure("f1", Scene.Start, User), Scene.Failure("f2", Scene.Start, User), Scene.Activation("c1", Scene.Start, User, "r1", 0)).Complete();
        Assert.Equal(alerts, run.Final.Count == 1);
        if (alerts) Assert.Equal(40, run.Final[0].Score);
    }

    [Fact]
    public void A_late_failure_revises_the_alert_under_its_id()
    {
        var run = new Run().Take(
            Scene.Failure("f1", Scene.Start.AddMinutes(-5), User), Scene.Failure("f2", Scene.Start.AddMinutes(-4), User),
            Scene.Activation("c1", Scene.Start, User, "r1", 0), Scene.Failure("f3", Scene.Start.AddMinutes(-3), User)).Complete();

        Assert.Equal([(0, 40, false), (1, 45, false)], run.Sent.Select(a => (a.Revision, a.Score!.Value, a.Final)));
        Assert.Equal(run.Sent[0].Id, run.Sent[1].Id);
        var final = Assert.Single(run.Final);
        Assert.Equal((1, 45, true), (final.Revision, final.Score, final.Final));
        Assert.Equal(["f1", "f2", "f3", "c1"], final.Evidence.Select(e => e.Id));
        Assert.Equal("3 × Rule failed in the hour before", final.Factors[1].Because);
    }

    [Fact]
    public void Failures_of_another_user_do_not_count() =>
        Assert.Empty(Run.Of(Scene.Failure("f1", Scene.Start, "a"), Scene.Failure("f2", Scene.Start, "a"), Scene.Activation("c1", Scene.Start, User, "r1", 0)).Final);

    [Fact]
    public void Users_are_joined_whatever_the_casing_of_their_name() =>
        Assert.Single(Run.Of(
            Scene.Failure("f1", Scene.Start, "ANNA@Contoso.nl"), Scene.Failure("f2", Scene.Start, "anna@contoso.NL"),
            Scene.Activation("c1", Scene.Start, "Anna@contoso.nl", "r1", 0)).Final);

    [Fact]
    public void Rows_of_one_attempt_count_once() =>
        Assert.Empty(Run.Of(
            Scene.Failure("f1", Scene.Start, User, "attempt"), Scene.Failure("f2", Scene.Start, User, "attempt"),
            Scene.Activation("c1", Scene.Start, User, "r1", 0)).Final);

    [Fact]
    public void A_copy_of_a_record_changes_nothing_and_is_counted()
    {
        var activation = Scene.Activation("c1", Scene.Start, User, "r1", 0);
        var run = Run.Of(Scene.Failure("f1", Scene.Start, User), Scene.Failure("f2", Scene.Start, User), Scene.Failure("f2", Scene.Start, User), activation, activation);
        Assert.Equal(40, Assert.Single(run.Final).Score);
        Assert.Equal(2, run.Counters.Duplicates);
    }

    [Fact]
    public void A_record_dated_in_the_far_future_turns_nothing_late()
    {
        var run = Run.Of(
            Scene.Failure("f1", Scene.Start, User), Scene.Failure("x1", Scene.Start.AddYears(70), "other"), Scene.Failure("x2", Scene.Start.AddYears(50), "other"),
            Scene.Failure("f2", Scene.Start.AddMinutes(1), User), Scene.Activation("c1", Scene.Start.AddMinutes(2), User, "r1", 0));
        Assert.Equal(40, Assert.Single(run.Final).Score);
        Assert.Equal(0, run.Counters.Late);
    }

    [Fact]
    public void A_session_alerts_once_however_many_rows_complete_it()
    {
        var run = new Run();
        run.Take(Scene.Failure("f1", Scene.Start, User), Scene.Failure("f2", Scene.Start, User), Scene.Activation("c1", Scene.Start, User, "r1", 0));
        // Two hours of life later the alert is final; the same session completes again.
        for (var i = 1; i <= 24; i++) run.Take(Scene.Failure($"x{i}", Scene.Start.AddMinutes(5 * i), "other"));
        Assert.Single(run.Final);
        run.Take(Scene.Activation("c2", Scene.Start.AddMinutes(115), User, "r1", 0)).Complete();
        Assert.Single(run.Final);
        Assert.Equal(1, run.Counters.Repeats);
    }

    [Fact]
    public void The_rows_of_a_session_are_its_evidence_and_lend_the_justification()
    {
        var run = Run.Of(
            Scene.Row("r", Scene.Start.AddSeconds(-40), User, "r1", "k1", "Quarterly patching"),
            Scene.Row("p", Scene.Start.AddSeconds(-20), "the approver", "r1", "k1", "Fine by me"),
            Scene.Failure("f1", Scene.Start.AddMinutes(-9), User), Scene.Failure("f2", Scene.Start.AddMinutes(-8), User),
            Scene.Activation("c", Scene.Start, User, "r1", 0, "k1"),
            Scene.Row("d", Scene.Start.AddSeconds(2), "MS-PIM", null, "k1"));
        var alert = Assert.Single(run.Final);
        Assert.Equal(["f1", "f2", "r", "p", "c", "d"], alert.Evidence.Select(e => e.Id));
        Assert.Equal("Quarterly patching", alert.Justification);
        Assert.Equal((Scene.Start.AddMinutes(-9), Scene.Start, Scene.Start.AddSeconds(2)), (alert.FirstEventTime, alert.EventTime, alert.LastEventTime));
    }

    [Fact]
    public void A_break_glass_attempt_is_one_critical_alert()
    {
        var alert = Assert.Single(Run.Of(Scene.Emergency("b1", Scene.Start, User, "attempt"), Scene.Emergency("b2", Scene.Start.AddMinutes(1), User, "attempt")).Final);
        Assert.Equal(Severity.Critical, alert.Severity);
        Assert.Null(alert.Score);
        Assert.Equal(["b1", "b2"], alert.Evidence.Select(e => e.Id));
    }

    [Fact]
    public void A_factor_names_its_latest_records_up_to_the_bound_and_counts_all()
    {
        var failures = Enumerable.Range(0, Evaluator.EvidencePerFactorMax + 1).Select(i => Scene.Failure($"f{i:000}", Scene.Start.AddSeconds(i - 3000), User));
        var alert = Assert.Single(Run.Of([.. failures, Scene.Activation("c1", Scene.Start, User, "r1", 0)]).Final);
        Assert.Equal(30 + 5 * (Evaluator.EvidencePerFactorMax + 1), alert.Score);
        Assert.Equal(Evaluator.EvidencePerFactorMax, alert.Factors[1].Events.Length);
        Assert.Equal("f001", alert.Factors[1].Events[0]);
    }
}
