using System.Text;
using Detector.Engine.Logs;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Engine.Tests.Logs;

/// <summary>What was learned of earlier records may only save work: each record is read as if it were the first.</summary>
public sealed class MemberStepsTests
{
    private static readonly string[] s_shapes = [Golden.SignIn, Golden.Spaced(Golden.SignIn), Golden.Activation, Golden.Spaced(Golden.Activation)];

    [Property(MaxTest = 300)]
    public bool A_record_is_read_as_if_it_were_the_first(int seed)
    {
        var dice = new Dice(seed);
        var lines = Enumerable.Range(0, 12).Select(_ => Changed(dice)).ToList();
        var plan = Reading.Everything();
        var alone = lines.ConvertAll(line => Reading.Lines(line, plan));
        var together = Reading.Lines(string.Join('\n', lines), plan);
        return together.Events.Select(Shown).SequenceEqual(alone.SelectMany(batch => batch.Events).Select(Shown))
            && together.Rejects.Select(reject => reject.Reason).SequenceEqual(alone.SelectMany(batch => batch.Rejects).Select(reject => reject.Reason));
    }

    [Fact]
    public void A_member_that_came_next_is_known_and_another_is_not()
    {
        var steps = new MemberSteps();
        var (start, second, tail) = (1, 1, new string(' ', MemberSteps.BytesMax));
        steps.Learn("\"a\":"u8, 7, ref second);
        steps.Learn(",\"b\":"u8, 8, ref second);
        Assert.True(steps.TryNext(Encoding.UTF8.GetBytes("\"a\":" + tail), 0, ref start, out var id, out var length));
        Assert.Equal((7, 4), (id, length));
        Assert.False(steps.TryNext(Encoding.UTF8.GetBytes(",\"c\":" + tail), 0, ref start, out _, out _));
        Assert.False(steps.TryNext(Encoding.UTF8.GetBytes(",\"b\":"), 0, ref start, out _, out _));
        Assert.True(steps.TryNext(Encoding.UTF8.GetBytes(",\"b\":" + tail), 0, ref start, out id, out _));
        Assert.Equal(8, id);
        Assert.False(steps.TryNext(new byte[100], 0, ref start, out _, out _));
    }

    [Theory]
    [InlineData(MemberSteps.BytesMax - 1)]
    [InlineData(MemberSteps.BytesMax)]
    [InlineData(MemberSteps.BytesMax + 1)]
    public void A_long_name_is_kept_to_its_limit(int length)
    {
        var steps = new MemberSteps();
        var member = Encoding.UTF8.GetBytes($"\"{new string('n', length - 3)}\":");
        var (learned, step) = (1, 1);
        steps.Learn(member, 7, ref learned);
        Assert.Equal(length <= MemberSteps.BytesMax, steps.TryNext([.. member, .. new byte[MemberSteps.BytesMax]], 0, ref step, out _, out _));
    }

    [Fact]
    public void More_members_than_are_kept_are_read_all_the_same()
    {
        var steps = new MemberSteps();
        for (var i = 0; i < 3 * MemberSteps.StepsMax; i++)
        {
            var step = 1;
            var member = Encoding.UTF8.GetBytes($"\"{i}\":");
            steps.Learn(member, i, ref step);
            step = 1;
            if (steps.TryNext([.. member, .. new byte[MemberSteps.BytesMax]], 0, ref step, out var id, out _)) Assert.Equal(i, id);
        }
    }

    // Names, commas and values exchanged, left out, doubled or broken.
    private static string Changed(Dice dice)
    {
        var line = new StringBuilder(dice.Pick(s_shapes));
        for (var i = dice.Next(4); i > 0; i--)
        {
            var at = dice.Next(line.Length - 1);
            switch (dice.Next(5))
            {
                case 0: line[at] = "\",:{}[]x \\"[dice.Next(10)]; break;
                case 1: line.Remove(at, 1); break;
                case 2: line.Replace("\"category\":", "\"Category\" :"); break;
                case 3: line.Replace("\"id\":", "\"x\":null,\"id\":", at, line.Length - at); break;
                default: line.Replace("\"correlationId\":", "\"\\u0063orrelationId\":"); break;
            }
        }

        return line.ToString();
    }

    private static string Shown(MatchedEvent matched) => Reading.Show(matched.Event);
}
