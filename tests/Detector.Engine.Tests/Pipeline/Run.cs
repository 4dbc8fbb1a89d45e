using Detector.Engine.Alerts;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;

namespace Detector.Engine.Tests.Pipeline;

/// <summary>Runs events through a pipeline and keeps what it said.</summary>
internal sealed class Run
{
    private DetectionPipeline _pipeline;
    private readonly DetectionPlan _plan;
    private readonly PipelineOptions _options;

    public Run(DetectionPlan? plan = null, PipelineOptions? options = null)
    {
        _plan = plan ?? Scene.Plan;
        _options = options ?? new PipelineOptions();
        _pipeline = Listen(new DetectionPipeline(_plan, _options));
    }

    public List<AlertRevision> Said { get; } = [];

    public List<LogEvent> Late { get; } = [];

    public PipelineCounters Counters => _pipeline.Counters;

    public PipelineSize Size => _pipeline.Size;

    public IReadOnlyList<Alert> Final => [.. Said.Where(said => said.IsClosing).Select(said => said.Alert)];

    public IReadOnlyList<Alert> Sent => [.. Said.Where(said => !said.IsClosing).Select(said => said.Alert)];

    public static Run Of(params IEnumerable<MatchedEvent> events)
    {
        var run = new Run();
        foreach (var matched in events) run.Take(matched);
        return run.Complete();
    }

    public Run Take(params IEnumerable<MatchedEvent> events)
    {
        foreach (var matched in events) _pipeline.Process(matched);
        return this;
    }

    /// <summary>Goes on from a snapshot in a new pipeline, as after a restart.</summary>
    public Run Restart()
    {
        using var bytes = new MemoryStream();
        _pipeline.Save(bytes);
        bytes.Position = 0;
        _pipeline.Dispose();
        _pipeline = Listen(DetectionPipeline.Restore(_plan, _options, bytes));
        return this;
    }

    public byte[] Snapshot()
    {
        using var bytes = new MemoryStream();
        _pipeline.Save(bytes);
        return bytes.ToArray();
    }

    public Run PassTo(DateTime watermark)
    {
        _pipeline.PassTo(watermark);
        return this;
    }

    public Run Complete()
    {
        _pipeline.Complete();
        return this;
    }

    private DetectionPipeline Listen(DetectionPipeline pipeline)
    {
        pipeline.Alerts.Subscribe(Said.Add);
        pipeline.Late.Subscribe(Late.Add);
        return pipeline;
    }
}
