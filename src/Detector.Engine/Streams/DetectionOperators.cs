using System.Reactive.Disposables;
using System.Reactive.Linq;
using Detector.Engine.Alerts;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;

namespace Detector.Engine.Streams;

/// <summary>Detection as an Rx operator, for those who compose it with other streams.</summary>
public static class DetectionOperators
{
    /// <summary>
    /// Matched events in order of arrival to alerts, each sent as soon as what has arrived suffices. When the source
    /// completes, every open alert becomes final. Each subscription has a state of its own.
    /// </summary>
    public static IObservable<AlertRevision> Detect(this IObservable<MatchedEvent> events, DetectionPlan plan, PipelineOptions options) =>
        Observable.Create<AlertRevision>(observer =>
        {
            var pipeline = new DetectionPipeline(plan, options);
            var alerts = pipeline.Alerts.Subscribe(observer);
            var source = events.Subscribe(matched => pipeline.Process(matched), observer.OnError, pipeline.Complete);
            return new CompositeDisposable(source, alerts, pipeline);
        });
}
