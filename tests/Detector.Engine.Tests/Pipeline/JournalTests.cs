using Detector.Engine.Alerts;
using Detector.Engine.Pipeline;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Engine.Tests.Pipeline;

public sealed class JournalTests
{
    private static readonly DateTime s_now = Scene.Start.AddHours(6);

    [Property(MaxTest = 200)]
    public Property A_snapshot_and_the_journal_since_give_the_state_of_now_and_the_same_alerts() =>
        Prop.ForAll(Story.Arbitrary, story =>
        {
            using var running = new DetectionPipeline(Scene.Plan, new PipelineOptions());
            var snapshotAt = story.Restarts.FirstOrDefault();
            var (snapshot, journal, said, saidAgain) = (Save(running), new List<JournalEntry>(), new List<AlertRevision>(), new List<AlertRevision>());
            using var listening = running.Alerts.Subscribe(said.Add);
            for (var i = 0; i < story.Arrivals.Count; i++)
            {
                if (i == snapshotAt)
                {
                    snapshot = Save(running);
                    journal.Clear();
                    said.Clear();
                }

                Tell(running, journal, new JournalEntry(story.Arrivals[i], i % 3, s_now.AddSeconds(i)));
                if (i % 5 == 0) Tell(running, journal, JournalEntry.Tick(s_now.AddSeconds(i).AddMinutes(i % 4)));
                if (i % 7 == 0) Tell(running, journal, JournalEntry.Expect(i % 4, s_now.AddSeconds(i)));
            }

            using var restored = DetectionPipeline.Restore(Scene.Plan, new PipelineOptions(), new MemoryStream(snapshot));
            using var listeningAgain = restored.Alerts.Subscribe(saidAgain.Add);
            foreach (var entry in Reread(journal)) entry.ApplyTo(restored);

            Assert.Equal(Save(running), Save(restored));
            Assert.Equal(said.Select(Text), saidAgain.Select(Text));
        });

    [Fact]
    public void Matches_of_a_rule_that_is_gone_are_left_out()
    {
        var rules = Scene.Rules(40);
        var fewer = new DetectionPlan(rules with { Sigma = [], Scores = [] }, Scene.Plan.Tenant);
        using var bytes = Write([new JournalEntry(Scene.Emergency("b1", Scene.Start, "a"), 0, s_now), JournalEntry.Tick(s_now)]);

        var read = Assert.Single(EventJournal.Read(new BinaryReader(bytes), fewer));

        Assert.Equal(JournalEntry.Tick(s_now), read);
    }

    [Fact]
    public void Another_version_is_refused_by_its_number()
    {
        using var bytes = Write([]);
        bytes.GetBuffer()[0] = 99;

        Assert.Contains("version 99", Assert.Throws<InvalidDataException>(() => EventJournal.Read(new BinaryReader(bytes), Scene.Plan).ToList()).Message, StringComparison.Ordinal);
    }

    private static void Tell(DetectionPipeline pipeline, List<JournalEntry> journal, JournalEntry entry)
    {
        if (entry.ApplyTo(pipeline)) journal.Add(entry);
    }

    private static List<JournalEntry> Reread(List<JournalEntry> entries)
    {
        using var bytes = Write(entries);
        return [.. EventJournal.Read(new BinaryReader(bytes), Scene.Plan)];
    }

    private static MemoryStream Write(IReadOnlyList<JournalEntry> entries)
    {
        var bytes = new MemoryStream();
        using var output = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true);
        EventJournal.Write(output, Scene.Plan, entries);
        output.Flush();
        bytes.Position = 0;
        return bytes;
    }

    private static byte[] Save(DetectionPipeline pipeline)
    {
        using var bytes = new MemoryStream();
        pipeline.Save(bytes);
        return bytes.ToArray();
    }

    private static string Text(AlertRevision said)
    {
        var json = new System.Buffers.ArrayBufferWriter<byte>();
        AlertJson.Write(json, said.Alert);
        return $"{said.IsClosing} {System.Text.Encoding.UTF8.GetString(json.WrittenSpan)}";
    }
}
