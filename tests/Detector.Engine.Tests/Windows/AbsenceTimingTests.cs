using Detector.Engine.Pipeline;
using Detector.Engine.Rules;
using Detector.Engine.Tests.Pipeline;
using Xunit;

namespace Detector.Engine.Tests.Windows;

public sealed class AbsenceTimingTests
{
    // Delay is what the answer had time for after the event, and the grace.
    [Theory]
    [InlineData(LookFor.Before, 0, 0)]
    [InlineData(LookFor.Before, 10, 10)]
    [InlineData(LookFor.After, 0, 60)]
    [InlineData(LookFor.Around, 5, 65)]
    public void An_absence_is_said_at_the_tick_by_which_no_answer_can_come_any_more(LookFor look, int grace, int delay)
    {
        var rule = WindowScene.All.OfType<AbsenceRule>().First() with { Look = look, Grace = TimeSpan.FromMinutes(grace) };
        var run = new Run(WindowScene.Plan(rule), new PipelineOptions { Lateness = WindowScene.Lateness });
        var asked = Scene.Start.AddHours(5);
        run.Take([WindowScene.Event("asked", asked, [WindowScene.A], "user", null, null)]);
        run.PassTo(asked.AddMinutes(delay));
        Assert.Empty(run.Sent);
        run.PassTo(asked.AddMinutes(delay).AddTicks(1));
        Assert.Single(run.Sent);
    }
}
