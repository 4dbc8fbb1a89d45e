using Detector.Engine.Alerts;
using Detector.Engine.Pipeline;
using Detector.Sources;

namespace Detector.Host.Run.WarmUp;

/// <summary>
/// A pipeline that is told the past, and what arose of it. The clock is that of a replay, so that one record with a wrong time
/// cannot make the rest late; live streams begin with clocks of their own, and with the watermark that the past has reached.
/// </summary>
internal sealed class Past : IDisposable
{
    private const int PastStream = 0;

    private readonly DateTime _since;
    private readonly DateTime _until;
    private readonly DetectionPipeline _pipeline;
    private readonly IDisposable _subscription;
    private readonly Dictionary<Guid, int> _open = [];
    private readonly HashSet<Guid> _alerts = [];

    /// <summary>Nothing yet of what lies from <paramref name="since"/> on and before <paramref name="until"/>, UTC.</summary>
    public Past(DetectionPlan plan, DateTime since, DateTime until)
    {
        _since = since;
        _until = until;
        _pipeline = new DetectionPipeline(plan, new PipelineOptions());
        _subscription = _pipeline.Alerts.Subscribe(revision => Take(revision.Alert));
    }

    /// <summary>How many alerts arose.</summary>
    public int Alerts => _alerts.Count;

    /// <summary>Alerts that are not final, with their revision.</summary>
    public IReadOnlyDictionary<Guid, int> Open => _open;

    /// <summary>Reads to the end. A record of the future is left to the live streams.</summary>
    public void Read(ILogSource source, CancellationToken stop)
    {
        foreach (var batch in source.Read(stop))
        {
            foreach (var matched in batch.Events)
            {
                if (matched.Event.Time >= _since && matched.Event.Time < _until) _pipeline.Process(matched, PastStream, arrival: null);
            }
        }

        // A live partition may get the same number.
        _pipeline.End(PastStream);
    }

    /// <summary>Writes what is known now.</summary>
    public void Save(Stream output) => _pipeline.Save(output);

    public void Dispose()
    {
        _subscription.Dispose();
        _pipeline.Dispose();
    }

    private void Take(Alert alert)
    {
        _alerts.Add(alert.Id);
        if (alert.Final) _open.Remove(alert.Id);
        else _open[alert.Id] = alert.Revision;
    }
}
