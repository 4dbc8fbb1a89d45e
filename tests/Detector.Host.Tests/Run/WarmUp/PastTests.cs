using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Host.Run.WarmUp;
using Detector.Rules;
using Detector.Sources.Files;

namespace Detector.Host.Tests.Run.WarmUp;

/// <summary>The clock of a pipeline that was told the past.</summary>
public sealed class PastTests
{
    private static readonly DateTime s_now = new(2026, 3, 4, 10, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Live_streams_have_the_clock_to_themselves()
    {
        using var folder = new Folder();
        var file = folder.Write("past.ndjson", string.Concat(Enumerable.Range(0, 60).Select(i => Records.Failure($"f{i}", $"{s_now.AddMinutes(i - 120):yyyy-MM-dd'T'HH:mm:ss'Z'}"))) + Records.Failure("later", "2026-03-05T00:00:00Z"));
        var loaded = RuleFolder.Load((string?)null);
        var plan = new DetectionPlan(loaded.Rules!, loaded.Tenant);
        using var past = new Past(plan, DateTime.MinValue, s_now);
        past.Read(new FileSource(plan, new FileSourceOptions { Paths = [file] }), TestContext.Current.CancellationToken);
        using var bytes = new MemoryStream();
        past.Save(bytes);
        bytes.Position = 0;

        using var live = DetectionPipeline.Restore(plan, new PipelineOptions(), bytes);
        var reached = s_now.AddMinutes(-61) - loaded.Tenant.Lateness;
        Assert.Equal(reached, live.Watermark);

        // The first live stream has the number that the past had. It says nothing; the other is current, and falls silent.
        live.Expect(0, s_now);
        live.Expect(1, s_now);
        var batch = new EventBatch { Source = "live" };
        new RecordReader(plan).ReadLines(System.Text.Encoding.UTF8.GetBytes(Records.Failure("l1", $"{s_now:yyyy-MM-dd'T'HH:mm:ss'Z'}")), 0, batch);
        live.Process(Assert.Single(batch.Events), 1, s_now);
        Assert.Equal(reached, live.Watermark);

        // When all are silent time goes on by itself, since what is live was current.
        live.Tick(s_now.AddHours(1));
        Assert.True(live.Watermark > s_now, $"{live.Watermark:O}");
    }
}
