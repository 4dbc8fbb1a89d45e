using Detector.Engine.Alerts;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;
using Detector.Engine.Storms;
using Detector.Engine.Tests.Pipeline;
using Detector.Engine.Tests.Windows;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;
using Run = Detector.Engine.Tests.Pipeline.Run;

namespace Detector.Engine.Tests.Storms;

/// <summary>What one rule says too often is summed up, and said all the same.</summary>
public sealed class StormTests
{
    private static readonly WindowRule s_quiet = WindowScene.All.First(rule => rule.Name == "quiet");

    [Property(MaxTest = 300)]
    public Property Storms_are_those_that_a_plain_count_of_the_other_alerts_gives() =>
        Prop.ForAll(WindowStory.Arbitrary, story =>
        {
            // An alert about an absence is of the time of what calls for an answer, and arises when that time is over.
            var options = new PipelineOptions { Lateness = WindowScene.Lateness, StormAlerts = 2 };
            var run = new Run(WindowScene.Plan([.. WindowScene.All.Where(rule => rule is not AbsenceRule)]), options);
            for (var i = 0; i < story.Arrivals.Count; i++)
            {
                if (story.Restarts.Contains(i)) run.Restart();
                run.Take(story.Arrivals[i]);
            }

            run.PassTo(Scene.Start.AddDays(40)).Complete();
            Assert.Equal(Expected(run.Final), Told(run.Final));
        });

    [Fact]
    public void A_storm_is_told_of_at_the_alert_that_makes_it_one_and_counts_all_of_them()
    {
        const int alerts = 10_000;
        var run = new Run(WindowScene.Plan(s_quiet), new PipelineOptions { Lateness = WindowScene.Lateness });
        for (var i = 0; i < alerts; i++)
        {
            run.Take([Alert(i, Scene.Start.AddMilliseconds(i * 100))]);
            Assert.Equal(i + 1 >= StormLimits.Alerts, run.Sent.Any(IsStorm));
            if (i is 30 or 60 or 9_000) run.Restart();
        }

        run.PassTo(Scene.Start.AddDays(2)).Complete();
        Assert.Equal(alerts, run.Final.Count(alert => !IsStorm(alert)));
        var storm = Assert.Single(run.Final, IsStorm);
        Assert.Equal("10000 × quiet (50 or more within an hour)", storm.Factors[0].Because);
        Assert.Equal("10000 different accounts (user-0, user-1, user-10, user-100, user-1000 and 9995 more)", storm.Factors[1].Because);
        Assert.Equal((Scene.Start, Scene.Start.AddMilliseconds(100 * (alerts - 1))), (storm.FirstEventTime, storm.LastEventTime));
        Assert.Equal(("e0", "e9999", StormAlerts.EvidenceMax), (storm.Evidence[0].Id, storm.Evidence[^1].Id, storm.Evidence.Length));
        Assert.Same(s_quiet, storm.StormOf);
        Assert.InRange(run.Sent.Count(IsStorm), 2, 10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Great_storms_in_any_order_are_counted_as_in_theirs(int seed)
    {
        // Bursts of some thousand alerts with quiet between them, each up to half an hour late, and restarts.
        var dice = new Random(seed);
        var arrivals = new List<(DateTime Arrival, MatchedEvent Alert)>();
        for (var (i, time) = (0, Scene.Start); i < 4000; i++)
        {
            time += TimeSpan.FromSeconds(dice.Next(400) == 0 ? dice.Next(3000, 9000) : dice.Next(9));
            arrivals.Add((time.AddSeconds(dice.Next(1790)), Alert(i, time)));
        }

        var run = new Run(WindowScene.Plan(s_quiet), new PipelineOptions { Lateness = WindowScene.Lateness, StormAlerts = 200 });
        foreach (var (_, alert) in arrivals.OrderBy(pair => pair.Arrival))
        {
            run.Take([alert]);
            if (dice.Next(500) == 0) run.Restart();
        }

        run.Complete();
        Assert.Equal(0, run.Counters.Late);
        Assert.Equal(Expected(run.Final, least: 200), Told(run.Final));
        Assert.Contains(run.Final, alert => IsStorm(alert) && alert.Factors[0].Because.StartsWith('1'));
        Assert.True(run.Sent.Count(IsStorm) < 60, "a storm is revised at doublings");
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void The_hour_holds_both_its_ends(int ticks, int storms)
    {
        var run = new Run(WindowScene.Plan(s_quiet with { StormAlerts = 3 }), new PipelineOptions { Lateness = WindowScene.Lateness });
        run.Take([Alert(0, Scene.Start), Alert(1, Scene.Start.AddMinutes(1)), Alert(2, Scene.Start + Scene.Hour + (Scene.Tick * ticks))]).Complete();
        Assert.Equal(storms, run.Final.Count(IsStorm));
    }

    [Theory]
    [InlineData(61)]
    [InlineData(-180)]
    public void Beside_a_great_storm_another_is_told_of_at_the_alert_that_makes_it_one(int minutes)
    {
        var run = new Run(WindowScene.Plan(s_quiet), new PipelineOptions { Lateness = TimeSpan.FromHours(6) });
        for (var i = 0; i < 1500; i++) run.Take([Alert(i, Scene.Start.AddSeconds(i / 10.0))]);
        var other = Scene.Start.AddSeconds(150).AddMinutes(minutes);
        for (var i = 0; i < StormLimits.Alerts; i++)
        {
            Assert.Single(run.Sent.Where(IsStorm).DistinctBy(storm => storm.Id));
            run.Take([Alert(5000 + i, other.AddSeconds(i))]);
        }

        Assert.Equal(2, run.Sent.Where(IsStorm).DistinctBy(storm => storm.Id).Count());
    }

    [Fact]
    public void What_follows_a_storm_counts_for_the_next_one()
    {
        var run = new Run(WindowScene.Plan(s_quiet), new PipelineOptions { Lateness = WindowScene.Lateness, StormAlerts = 3 });
        foreach (var (i, minute) in new[] { 0, 1, 2, 65 }.Index()) run.Take([Alert(i, Scene.Start.AddMinutes(minute))]);
        run.PassTo(Scene.Start.AddMinutes(85));
        Assert.Single(run.Final, IsStorm);
        run.Take([Alert(5, Scene.Start.AddMinutes(115)), Alert(6, Scene.Start.AddMinutes(120))]).Complete();
        Assert.Equal(2, run.Final.Count(IsStorm));
        Assert.Equal(Expected(run.Final, least: 3), Told(run.Final));
    }

    [Fact]
    public void What_goes_on_for_more_than_a_day_is_told_of_each_day()
    {
        var run = new Run(WindowScene.Plan(s_quiet), new PipelineOptions { Lateness = WindowScene.Lateness, StormAlerts = 4 });
        for (var i = 0; i < 60 * 4; i++) run.Take([Alert(i, Scene.Start.AddMinutes(15 * i))]);
        run.Complete();
        var storms = run.Final.Where(IsStorm).ToList();
        Assert.Equal(Expected(run.Final, least: 4), Told(run.Final));
        Assert.Equal(3, storms.Count);
        Assert.Equal(storms.Count, storms.DistinctBy(storm => storm.Id).Count());
    }

    [Theory]
    [InlineData(null, 7, null, 7)]
    [InlineData(5, 7, null, 5)]
    [InlineData(5, 7, 3, 3)]
    public void The_rule_says_how_many_are_a_storm_before_the_tenant_does(int? rule, int tenant, int? option, int expected)
    {
        var plan = WindowScene.Plan(s_quiet with { StormAlerts = rule });
        var run = new Run(new DetectionPlan(plan.Rules, plan.Tenant with { StormAlerts = tenant }), new PipelineOptions { StormAlerts = option });
        for (var i = 0; i < 10; i++)
        {
            run.Take([Alert(i, Scene.Start.AddSeconds(i))]);
            Assert.Equal(i + 1 >= expected, run.Sent.Any(IsStorm));
        }
    }

    [Fact]
    public void An_alert_that_an_earlier_record_moves_counts_once()
    {
        var run = new Run(options: new PipelineOptions { StormAlerts = 3 });
        foreach (var name in new[] { "a", "b" })
        {
            run.Take([Scene.Activation($"{name}-late", Scene.Start.AddMinutes(2), name, name, tier: 0), Scene.Failure($"{name}-1", Scene.Start, name), Scene.Failure($"{name}-2", Scene.Start, name)]);
            run.Take([Scene.Activation($"{name}-early", Scene.Start.AddMinutes(1), name, name, tier: 0)]);
        }

        run.Complete();
        Assert.Equal(2, run.Final.Count);
        Assert.DoesNotContain(run.Sent, IsStorm);
    }

    [Fact]
    public void Of_a_score_it_takes_the_worst_level_and_names_the_one_who_did_it_all()
    {
        var run = new Run(options: new PipelineOptions { StormAlerts = 2 });
        foreach (var (request, failures) in new[] { ("r1", 2), ("r2", 8) })
        {
            for (var i = 0; i < failures; i++) run.Take([Scene.Failure($"{request}-{i}", Scene.Start, "a")]);
            run.Take([Scene.Activation(request, Scene.Start.AddMinutes(1), "a", request, tier: 0)]);
        }

        run.Complete();
        var storm = Assert.Single(run.Final, IsStorm);
        Assert.Equal((Severity.Critical, "a"), (storm.Severity, storm.Actor?.Id));
    }

    private static MatchedEvent Alert(int number, DateTime time) => WindowScene.Event($"e{number}", time, [WindowScene.A], $"user-{number}", null, null);

    private static bool IsStorm(Alert alert) => alert.Rule.Name == StormRule.AlertName;

    private static IEnumerable<string> Told(IReadOnlyList<Alert> final) =>
        final.Where(IsStorm).Select(storm => $"{storm.StormOf!.Name} {storm.EventTime:O} {storm.LastEventTime:O} {storm.Factors[0].Because.Split(' ')[0]}").Order(StringComparer.Ordinal);

    private static IEnumerable<string> Expected(IReadOnlyList<Alert> final, int least = 2) =>
        final.Where(alert => !IsStorm(alert)).GroupBy(alert => alert.Rule.Name).SelectMany(rule => Expected(rule.Key, [.. rule.Select(alert => alert.EventTime).Order()], least)).Order(StringComparer.Ordinal);

    // Enough within an hour, one to another; a chain of those ends where an hour is quiet, and after a day.
    private static IEnumerable<string> Expected(string name, List<DateTime> times, int least)
    {
        var hits = times.Where(time => times.Count(other => other <= time && other >= time - StormLimits.Within) >= least).ToList();
        while (hits.Count > 0)
        {
            var chain = 1;
            while (chain < hits.Count && hits[chain] <= hits[chain - 1] + StormLimits.Within && hits[chain] <= hits[0] + StormLimits.Longest) chain++;
            var counted = times.Count(time => hits.Take(chain).Any(hit => time <= hit && time >= hit - StormLimits.Within));
            yield return $"{name} {hits[0]:O} {hits[chain - 1]:O} {counted}";
            hits.RemoveRange(0, chain);
        }
    }
}
