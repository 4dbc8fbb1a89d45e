using Detector.Checkpoints;
using Detector.Checkpoints.Blobs;
using Detector.Checkpoints.Files;
using Detector.Engine.Pipeline;
using Detector.Host.Replay;
using Detector.Host.Run.Settings;
using Detector.Host.Run.Settings.Sinks;
using Detector.Sinks.Delivery;
using Detector.Sources;
using Detector.Sources.EventHubs;
using Detector.Sources.Files;
using Detector.Sources.Live;

namespace Detector.Host.Run;

/// <summary>From settings to the parts of a worker: a line for each source, sink and place for checkpoints.</summary>
internal static class WorkerComposition
{
    public static WorkerParts Compose(RunSettings settings, bool once, Stream output, TimeProvider clock, Action<string> tell)
    {
        // One for the process: it keeps the tokens.
        var hubs = settings.Source.Kind == SourceKind.EventHubs ? Hubs(settings.Source.EventHubs, once) : null;
        return new WorkerParts
        {
            Settings = settings,
            Store = Store(settings.Checkpoints, clock),
            Source = (plan, positions) => Source(settings.Source, hubs, once, plan, positions, clock, tell),
            Past = settings.WarmUp is { } warmUp ? (plan, since, until) => Past(warmUp, plan, since, until, tell) : null,
            Sinks = plan => settings.Sinks.Make(new SinkSurroundings(output, plan.Tenant.TimeZone, clock)),
            DeadLetters = new DeadLetterFile(settings.DeadLetters, clock),
            Tell = tell,
            Clock = clock,
            Once = once,
        };
    }

    private static ILiveSource Source(SourceSettings source, EventHubsSourceOptions? hubs, bool once, DetectionPlan plan, IReadOnlyDictionary<string, SourcePosition> positions, TimeProvider clock, Action<string> tell)
    {
        return hubs is null
            ? new LiveFileSource(plan, new LiveFileOptions { Paths = source.Paths, LookEvery = source.LookEvery, Once = once }, positions, clock, tell)
            : new EventHubsSource(plan, hubs, positions, clock, tell);
    }

    /// <summary>How the hubs are read.</summary>
    public static EventHubsSourceOptions Hubs(EventHubsSettings hubs, bool once)
    {
        var options = new EventHubsSourceOptions
        {
            Brokers = hubs.Brokers!,
            Topics = hubs.Topics,
            Credential = Credentials.Of(hubs.Auth, hubs.ClientId),
            ConnectionString = hubs.Auth == EventHubsSettings.ByConnectionString ? hubs.ConnectionString : null,
            ConsumerGroup = hubs.ConsumerGroup,
            FromBeginning = hubs.FromBeginning,
            Once = once,
        };
        return hubs.Readers is { } readers ? options with { Readers = readers } : options;
    }

    private static ILogSource Past(WarmUpSettings past, DetectionPlan plan, DateTime since, DateTime until, Action<string> tell) => past.Workspace is { } workspace
        ? WorkspaceSource.Make(plan, workspace, since, until, tell)
        : new FileSource(plan, new FileSourceOptions { Paths = past.Paths });

    /// <summary>Where state is kept.</summary>
    public static ICheckpointStore Store(CheckpointSettings checkpoints, TimeProvider clock) => checkpoints.Blobs is not { } blobs
        ? new FileCheckpointStore(new FileCheckpointOptions { Path = checkpoints.Path })
        : new BlobCheckpointStore(
            new BlobCheckpointOptions { Container = blobs.Container!, Credential = Credentials.Of(blobs.Auth, blobs.ClientId), AccountKey = blobs.AccountKey, Prefix = blobs.Prefix }, clock);
}
