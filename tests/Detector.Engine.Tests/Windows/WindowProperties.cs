using System.Collections.Immutable;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;
using Detector.Engine.Tests.Pipeline;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Engine.Tests.Windows;

public sealed class WindowProperties
{
    // Beyond the jumps of a story: these rules are tested for the order of events, not for a clock that is misled.
    private static readonly PipelineOptions s_options = new() { Lateness = WindowScene.Lateness };

    [Property(MaxTest = 600)]
    public Property Final_alerts_equal_those_of_the_batch_oracle_in_any_order_with_any_copies_and_restarts() =>
        Prop.ForAll(WindowStory.Arbitrary, story => Check(WindowScene.All, story));

    [Property(MaxTest = 600)]
    public Property Rules_that_look_at_what_others_find_agree_with_the_oracle_too() =>
        Prop.ForAll(WindowStory.Arbitrary, story => Check(WindowScene.Chain, story));

    [Property(MaxTest = 200)]
    public Property A_restart_changes_nothing_of_what_is_said() =>
        Prop.ForAll(WindowStory.Arbitrary, story =>
        {
            var plan = WindowScene.Plan([.. WindowScene.All]);
            var (undisturbed, disturbed) = (new Run(plan, s_options), new Run(plan, s_options));
            for (var i = 0; i < story.Arrivals.Count; i++)
            {
                if (story.Restarts.Contains(i)) disturbed.Restart();
                undisturbed.Take(story.Arrivals[i]);
                disturbed.Take(story.Arrivals[i]);
            }

            Assert.Equal(Words(undisturbed.Complete()), Words(disturbed.Complete()));
        });

    [Property(MaxTest = 200)]
    public Property When_time_has_passed_nothing_is_remembered() =>
        Prop.ForAll(WindowStory.Arbitrary, story =>
        {
            var run = new Run(WindowScene.Plan([.. WindowScene.All]), s_options).Take(story.Arrivals).PassTo(Scene.Start.AddDays(60));
            Assert.Equal(default, run.Size);
        });

    [Fact]
    public void The_stories_make_every_rule_alert_and_some_alerts_final_before_the_end()
    {
        var (alerted, early) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var story in WindowStory.Arbitrary.Generator.Sample(400, 50))
        {
            foreach (var rules in new[] { WindowScene.All, WindowScene.Chain })
            {
                var run = new Run(WindowScene.Plan(rules), s_options).Take(story.Arrivals);
                early.UnionWith(run.Final.Select(alert => alert.Rule.Name));
                alerted.UnionWith(run.PassTo(Scene.Start.AddDays(40)).Complete().Final.Select(alert => alert.Rule.Name));
            }
        }

        var expected = WindowScene.All.Concat(WindowScene.Chain).Where(rule => rule.Alerts).Select(rule => rule.Name).Order(StringComparer.Ordinal);
        Assert.Equal(expected, alerted.Order(StringComparer.Ordinal));
        Assert.True(early.Count > 10, $"only {string.Join(", ", early)}");
    }

    private static void Check(ImmutableArray<WindowRule> rules, WindowStory story)
    {
        var run = new Run(WindowScene.Plan(rules), s_options);
        for (var i = 0; i < story.Arrivals.Count; i++)
        {
            if (story.Restarts.Contains(i)) run.Restart();
            run.Take(story.Arrivals[i]);
        }

        Assert.Empty(run.Late);
        run.PassTo(Scene.Start.AddDays(40)).Complete();
        Assert.Equal(WindowOracle.Alerts(rules, story.Arrivals, DateTime.MaxValue), run.Final.Select(WindowOracle.Describe).Order(StringComparer.Ordinal));
    }

    private static List<string> Words(Run run) =>
        [.. run.Said.Select(said => $"{said.Alert.Id} {said.Alert.Revision} {said.Alert.Final} {said.IsClosing} {WindowOracle.Describe(said.Alert)} {string.Join("; ", said.Alert.Factors.Select(factor => $"{factor.Id} {factor.Because}"))}")];
}
