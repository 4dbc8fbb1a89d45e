using Detector.Engine.Pipeline;
using Xunit;

namespace Detector.Engine.Tests.Pipeline;

public sealed class SnapshotTests
{
    private static readonly byte[] s_bytes = new Run().Take(
        Scene.Failure("f1", Scene.Start, "a"), Scene.Emergency("b1", Scene.Start, "a"), Scene.Activation("c1", Scene.Start, "a", "r1", 0)).Snapshot();

    [Fact]
    public void Saving_a_restored_pipeline_gives_the_same_bytes() => Assert.Equal(s_bytes, Save(Restore(s_bytes)));

    [Fact]
    public void A_damaged_snapshot_is_refused_at_whatever_byte()
    {
        for (var i = 0; i < s_bytes.Length; i++)
        {
            var damaged = s_bytes.ToArray();
            damaged[i] ^= 0x40;
            Assert.Throws<InvalidDataException>(() => Restore(damaged));
        }
    }

    [Fact]
    public void A_torn_snapshot_is_refused_at_whatever_length()
    {
        for (var length = 0; length < s_bytes.Length; length++) Assert.Throws<InvalidDataException>(() => Restore(s_bytes[..length]));
    }

    [Fact]
    public void Another_version_is_refused_by_its_number()
    {
        var other = s_bytes.ToArray();
        other[8] = 99;
        Assert.Contains("version 99", Assert.Throws<InvalidDataException>(() => Restore(other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void State_of_a_rule_that_is_gone_is_dropped_and_the_rest_lives_on()
    {
        var rules = Scene.Rules(40);
        var fewer = new DetectionPlan(rules with { Scores = [] }, Scene.Plan.Tenant);
        using var pipeline = DetectionPipeline.Restore(fewer, new PipelineOptions(), new MemoryStream(s_bytes));
        Assert.Equal(1, pipeline.Size.OpenEpisodes);
        Assert.Equal(0, pipeline.Size.WindowEntries);
    }

    private static DetectionPipeline Restore(byte[] bytes) => DetectionPipeline.Restore(Scene.Plan, new PipelineOptions(), new MemoryStream(bytes));

    private static byte[] Save(DetectionPipeline pipeline)
    {
        using var bytes = new MemoryStream();
        pipeline.Save(bytes);
        pipeline.Dispose();
        return bytes.ToArray();
    }
}
