using Azure.Core;
using Azure.Identity;
using Detector.Checkpoints;
using Detector.Checkpoints.Blobs;
using Detector.Checkpoints.Files;
using Detector.Engine.Pipeline;
using Detector.Host.Replay;
using Detector.Host.Run.Settings;
using Detector.Sinks.Console;
using Detector.Sinks.Delivery;
using Detector.Sinks.Files;
using Detector.Sinks.PagerDuty;
using Detector.Sinks.Sentinel;
using Detector.Sinks.Sms;
using Detector.Sinks.Teams;
using Detector.Sinks.Webhook;
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
            Sinks = plan => Sinks(settings.Sinks, output, plan.Tenant.TimeZone, clock),
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
            Credential = Credential(hubs.Auth, hubs.ClientId),
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
            new BlobCheckpointOptions { Container = blobs.Container!, Credential = Credential(blobs.Auth, blobs.ClientId), AccountKey = blobs.AccountKey, Prefix = blobs.Prefix }, clock);

    // Chosen, not probed for: a chain of credentials picks up what nobody meant it to.
    private static TokenCredential? Credential(string auth, string? clientId) => auth switch
    {
        EventHubsSettings.ManagedIdentity => new ManagedIdentityCredential(clientId is { } id ? ManagedIdentityId.FromUserAssignedClientId(id) : ManagedIdentityId.SystemAssigned),
        EventHubsSettings.WorkloadIdentity => new WorkloadIdentityCredential(clientId is { } id ? new WorkloadIdentityCredentialOptions { ClientId = id } : null),
        EventHubsSettings.AzureCli => new AzureCliCredential(),
        _ => null,
    };

    /// <summary>The sinks that are on.</summary>
    /// <param name="settings">Their settings.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="zone">The zone in which people read times.</param>
    /// <param name="clock">Tells the time of signatures and pauses.</param>
    public static IReadOnlyList<SinkSetup> Sinks(SinkSettings settings, Stream output, TimeZoneInfo zone, TimeProvider clock) =>
        [.. settings.Sections.Select(section => Sink(section, output, zone, clock) with { Route = section.Route })];

    private static SinkSetup Sink(SinkSection section, Stream output, TimeZoneInfo zone, TimeProvider clock)
    {
        var all = section.Route;
        return section switch
        {
            FileSection file => new SinkSetup(new AlertFileSink(file.Path) { Name = file.Name }, all),
            ConsoleSection console => new SinkSetup(console.IsTable ? new ConsoleTableSink(output) { Name = console.Name } : new ConsoleSink(output) { Name = console.Name }, all),
            TeamsSection teams => new SinkSetup(new TeamsSink(teams.Net.Client(teams.Secrets, clock), teams.Address!, new CardOptions { TimeZone = zone, AlertAddress = teams.AlertAddress, Mentions = teams.Mentions }) { Name = teams.Name }, all, SinkPace.Channel, teams.Net.Deadline),
            WebhookSection webhook => new SinkSetup(new WebhookSink(webhook.Net.Client(webhook.Secrets, clock), webhook.Address!, webhook.KeyBytes, clock) { Name = webhook.Name }, all, Pace: null, webhook.Net.Deadline),
            PagerDutySection pager => new SinkSetup(new PagerDutySink(pager.Net.Client(pager.Secrets, clock), pager.Address, pager.RoutingKey) { Name = pager.Name }, all, Pace: null, pager.Net.Deadline),
            SmsSection sms => new SinkSetup(new SmsSink(sms.Net.Client(sms.Secrets, clock), new SmsOptions { Endpoint = sms.Endpoint!, From = sms.From, To = sms.To, AccessKey = sms.KeyBytes, Credential = Credential(sms.Auth, sms.ClientId), TimeZone = zone, AlertAddress = sms.AlertAddress }, clock) { Name = sms.Name }, all, Pace: null, sms.Net.Deadline),
            SentinelSection sentinel => new SinkSetup(new SentinelSink(sentinel.Net.Client([], clock), sentinel.Endpoint!, sentinel.RuleId, sentinel.Stream, Credential(sentinel.Auth, sentinel.ClientId)!) { Name = sentinel.Name }, all, Pace: null, sentinel.Net.Deadline),
            _ => throw new InvalidOperationException($"{section.Name} has no sink."),
        };
    }
}
