using System.Buffers;
using System.Text;
using Detector.Engine.Alerts;
using Detector.Engine.Pipeline;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Engine.Tests.Pipeline;

public sealed class PipelineProperties
{
    [Property(MaxTest = 600)]
    public Property Final_alerts_equal_those_of_the_batch_oracle_in_any_order_with_any_copies_and_restarts() =>
        Prop.ForAll(Story.Arbitrary, story =>
        {
            var run = new Run(options: new PipelineOptions { Lateness = Story.Lateness });
            for (var i = 0; i < story.Arrivals.Count; i++)
            {
                if (story.Restarts.Contains(i)) run.Restart();
                run.Take(story.Arrivals[i]);
            }

            Assert.Equal(BatchOracle.Alerts(story.Arrivals), run.Complete().Final.Select(BatchOracle.Describe).Order(StringComparer.Ordinal));
        });

    [Property(MaxTest = 200)]
    public Property A_restart_changes_no_byte_of_what_is_said() =>
        Prop.ForAll(Story.Arbitrary, story =>
        {
            var (undisturbed, disturbed) = (new Run(), new Run());
            for (var i = 0; i < story.Arrivals.Count; i++)
            {
                if (story.Restarts.Contains(i)) disturbed.Restart();
                undisturbed.Take(story.Arrivals[i]);
                disturbed.Take(story.Arrivals[i]);
            }

            Assert.Equal(Bytes(undisturbed.Complete()), Bytes(disturbed.Complete()));
        });

    [Property(MaxTest = 200)]
    public Property An_alert_is_sent_as_soon_as_what_has_arrived_suffices() =>
        Prop.ForAll(Story.Arbitrary, story =>
        {
            // After each arrival, what was last sent is what the oracle finds in what has arrived so far.
            var run = new Run(options: new PipelineOptions { Lateness = TimeSpan.FromDays(2) });
            for (var i = 0; i < story.Arrivals.Count; i++)
            {
                run.Take(story.Arrivals[i]);
                var standing = run.Sent.GroupBy(alert => alert.Id).Select(revisions => revisions.Last()).Where(Stands);
                Assert.Equal(BatchOracle.Alerts([.. story.Arrivals.Take(i + 1)]), standing.Select(BatchOracle.Describe).Order(StringComparer.Ordinal));
            }
        });

    [Property(MaxTest = 200)]
    public Property Revisions_of_an_alert_count_up_from_0_and_its_final_one_is_the_last_sent() =>
        Prop.ForAll(Story.Arbitrary, story =>
        {
            var run = Run.Of(story.Arrivals);
            foreach (var alert in run.Sent.GroupBy(a => a.Id))
            {
                Assert.Equal(Enumerable.Range(0, alert.Count()), alert.Select(a => a.Revision));
                if (!Stands(alert.Last())) continue;
                var final = Assert.Single(run.Final, a => a.Id == alert.Key);
                Assert.Equal(alert.Last().Revision, final.Revision);
                Assert.True(final.Final);
            }

            Assert.Equal(run.Sent.Count(a => a.Revision == 0), (int)run.Counters.Alerts);
            Assert.Equal(run.Sent.Count(a => a.Revision > 0), (int)run.Counters.Revisions);
        });

    [Property(MaxTest = 100)]
    public Property When_all_has_closed_nothing_is_remembered() =>
        Prop.ForAll(Story.Arbitrary, story => Assert.Equal(default, Run.Of(story.Arrivals).Size));

    private static bool Stands(Alert alert) => alert.Score is not { } score || score >= Scene.Risk.Threshold;

    private static string Bytes(Run run)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var said in run.Said)
        {
            AlertJson.Write(bytes, said.Alert);
            bytes.Write("\n"u8);
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
