using System.Text;
using Detector.Host.Run.Checkpointing;

namespace Detector.Host.Tests.Run.Checkpointing;

public sealed class JournalPartTests
{
    [Fact]
    public void Pieces_come_out_as_they_went_in()
    {
        for (var count = 1; count < 6; count++)
        {
            List<byte[]> pieces = [.. Enumerable.Range(0, count).Select(i => Encoding.ASCII.GetBytes("DETJRNL1" + new string('x', i * 100)))];
            Assert.Equal(pieces, JournalPart.Split(JournalPart.Join(pieces)));
        }
    }

    [Fact]
    public void A_part_that_ends_within_a_piece_is_refused()
    {
        var part = JournalPart.Join([Encoding.ASCII.GetBytes("DETJRNL1 one"), Encoding.ASCII.GetBytes("DETJRNL1 two")]);
        var whole = 0;
        for (var length = 9; length < part.Length; length++)
        {
            var torn = part[..length];
            if (Record.Exception(() => JournalPart.Split(torn)) is { } refused) Assert.IsType<InvalidDataException>(refused);
            else whole++;
        }

        // Between the two pieces nothing shows that one is missing; the frame around a part does, by its length and checksum.
        Assert.Equal(1, whole);
    }

    [Fact]
    public void The_tail_is_part_of_the_head_and_a_head_from_before_there_was_one_is_read()
    {
        var head = new CheckpointHead { Tail = [[1, 2, 3], [], [255]], NextPart = 7, Alerts = 9, Journal = [new PartRange(2, 1, 6)] };
        var read = CheckpointHead.Parse(head.ToJson());
        Assert.Equal(head.Tail, read.Tail);
        Assert.Equal((7, 9, 6), (read.NextPart, read.Alerts, read.JournalParts.Count()));
        var logged = head with { Tail = [], Log = new PartRange(3, 8, 8, IsLog: true), Journal = [new PartRange(2, 1, 6), new PartRange(3, 7, 7, IsLog: true)], Changes = 40, BaseChanges = 30 };
        var again = CheckpointHead.Parse(logged.ToJson());
        Assert.Equal((logged.Log, 40, 30), (again.Log, again.Changes, again.BaseChanges));
        Assert.Equal(["journal-2-6", "log-3-7", "log-3-8"], again.Parts.Where(name => name[^1] >= '6').Order(StringComparer.Ordinal));

        var waiting = CheckpointHead.Parse((logged with { Outbox = [new OutboxPart(3, 100, 299), new OutboxPart(4, 300, 301)], Accepted = new Dictionary<string, long> { ["a"] = 120, ["b"] = 400 } }).ToJson());
        Assert.Equal([new OutboxPart(3, 100, 299), new OutboxPart(4, 300, 301)], waiting.Outbox);
        Assert.Equal(301, waiting.Settled);
        Assert.Contains("outbox-4-300-301", waiting.Parts);

        var older = Encoding.UTF8.GetBytes("""
            {"format":"detector.checkpoint/1","base":null,"journal":[{"epoch":1,"first":1,"last":2}],"nextPart":3,"alerts":4,"positions":[{"name":"hub/0","next":5}],"streams":["hub/0"],"accepted":{"file":4}}
            """);
        var known = CheckpointHead.Parse(older);
        Assert.Empty(known.Tail);
        Assert.Equal((3, 4, 5), (known.NextPart, known.Alerts, known.Positions["hub/0"].Next));

        var newer = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(older).Replace("checkpoint/1", "checkpoint/5", StringComparison.Ordinal));
        Assert.Contains("detector.checkpoint/5", Assert.Throws<InvalidDataException>(() => CheckpointHead.Parse(newer)).Message, StringComparison.Ordinal);
    }
}
