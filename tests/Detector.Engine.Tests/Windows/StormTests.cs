using Detector.Engine.Alerts;
using Detector.Engine.Pipeline;
using Detector.Engine.Tests.Pipeline;
using Detector.Engine.Windows;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;
using Run = Detector.Engine.Tests.Pipeline.Run;

namespace Detector.Engine.Tests.Windows;

/// <summary>What one rule says too often is summed up, and said all the same.</summary>
public sealed class StormTests
{
    private static readonly TimeSpan s_hour = WindowLimits.StormWithin;

    [Property(MaxTest = 300)]
    public Property Storms_are_those_that_a_plain_count_of_the_other_alerts_gives() =>
        Prop.ForAll(WindowStory.Arbitrary, story =>
        {
            var options = new PipelineOptions { Lateness = WindowScene.Lateness, StormAlerts = 2 };
            var run = new Run(WindowScene.Plan([.. WindowScene.All.Where(rule => rule is not Detector.Engine.Rules.AbsenceRule)]), options);
            for (var i = 0; i < story.Arrivals.Count; i++)
            {
                if (story.Restarts.Contains(i)) run.Restart();
                run.Take(story.Arrivals[i]);
            }

            run.PassTo(Scene.Start.AddDays(40)).Complete();
            var (storms, others) = (run.Final.Where(IsStorm).ToList(), run.Final.Where(alert => !IsStorm(alert)).ToList());
            Assert.Equal(
                others.GroupBy(alert => alert.Rule.Title).SelectMany(rule => Expected(rule.Key, [.. rule.Select(alert => alert.EventTime).Order()])).Order(StringComparer.Ordinal),
                storms.Select(storm => $"{storm.Rule.Title} {storm.EventTime:O} {storm.Factors[0].Because.Split(' ')[0]}").Order(StringComparer.Ordinal));
        });

    [Fact]
    public void A_storm_is_told_of_at_the_alert_that_makes_it_one_and_loses_none()
    {
        var run = new Run(WindowScene.Plan(WindowScene.All.First(rule => rule.Name == "quiet")), new PipelineOptions { Lateness = WindowScene.Lateness });
        for (var i = 0; i < 5000; i++)
        {
            run.Take([WindowScene.Event($"e{i}", Scene.Start.AddMilliseconds(i * 100), [WindowScene.A], $"user-{i}", null, null)]);
            Assert.Equal(i + 1 >= WindowLimits.StormAlerts, run.Sent.Any(IsStorm));
        }

        run.PassTo(Scene.Start.AddDays(2)).Complete();
        Assert.Equal(5000, run.Final.Count(alert => !IsStorm(alert)));
        var storm = Assert.Single(run.Final, IsStorm);
        Assert.True(run.Sent.Count(IsStorm) < 40, "a storm is revised at doublings");
        Assert.Equal("quiet", storm.Rule.Title.Split(": ")[1]);
    }

    private static bool IsStorm(Alert alert) => alert.Rule.Name == Storms.Name;

    // Two within an hour, one to another; a chain of those ends where an hour is quiet, and an alert holds no more than a day.
    private static IEnumerable<string> Expected(string title, List<DateTime> times)
    {
        var hits = Enumerable.Range(0, times.Count).Where(i => times.Count(time => time <= times[i] && time >= times[i] - s_hour) >= 2).ToList();
        while (hits.Count > 0)
        {
            var (chain, first) = (1, times[hits[0]]);
            while (chain < hits.Count && times[hits[chain]] <= times[hits[chain - 1]] + s_hour) chain++;
            var shown = hits.Take(chain).Where(hit => times[hit] <= first + WindowLimits.Episode).ToList();
            var counted = times.Count(time => shown.Exists(hit => time <= times[hit] && time >= times[hit] - s_hour));
            yield return $"Alert storm: {title} {first:O} {counted}";
            hits.RemoveRange(0, chain);
        }
    }
}
