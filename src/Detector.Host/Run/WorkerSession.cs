using System.Globalization;
using Detector.Checkpoints;
using Detector.Engine.Pipeline;
using Detector.Host.Run.Checkpointing;
using Detector.Host.Run.Settings;
using Detector.Host.Run.Telemetry;
using Detector.Host.Run.WarmUp;
using Detector.Sinks.Delivery;
using Detector.Sources.Live;

namespace Detector.Host.Run;

/// <summary>
/// From a checkpoint to the next stop, under one lease and one set of rules: state is restored, records are read and detected
/// on, checkpoints written, alerts sent. Another session goes on where it ends.
/// </summary>
internal sealed class WorkerSession(WorkerParts parts, ICheckpointLease lease, RulesInForce rules, WarmUpRun warmUp)
{
    private const int EntriesWaiting = 50;

    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_room = TimeSpan.FromMilliseconds(10);

    private readonly DetectionPlan _plan = rules.Plan;
    private ILiveSource? _source;
    private CheckpointWriter? _writer;

    /// <summary>How the source is.</summary>
    public SourceHealth? Source => _source?.Health;

    /// <summary>What is done before the source is opened, as a sentence.</summary>
    public string Preparing => warmUp.Waiting ?? "State is being restored.";

    /// <summary>Why checkpoints cannot be written; null when they can.</summary>
    public string? WriterTrouble => _writer?.Trouble;

    /// <summary>The sinks' queues.</summary>
    public IReadOnlyList<SinkLane> Lanes { get; private set; } = [];

    /// <summary>What says into a sink that all is well.</summary>
    public IReadOnlyList<Heartbeat> Heartbeats { get; private set; } = [];

    /// <summary>Runs until it is stopped, or the source has ended; then what is left is written and sent, in the time there is for that.</summary>
    /// <param name="isLast">Asked at the end: whether no session follows that would send what is left.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="LeaseLostException">Another worker has taken over.</exception>
    public async Task RunAsync(Func<bool> isLast, CancellationToken stop)
    {
        var lost = lease.Lost;
        if (await PrepareAsync(stop) is not { } state) return;
        var pending = new JournalPending(state.Head);
        using var loops = CancellationTokenSource.CreateLinkedTokenSource(lost);
        using var writing = CancellationTokenSource.CreateLinkedTokenSource(lost);
        await using var outbox = new Outbox(lease, _plan, state.Head, state.Unsent);
        var tools = new CheckpointTools(parts.Settings.Checkpoints.Interval, parts.Settings.Checkpoints.JournalBytes, parts.Clock, parts.Tell, positions => _source?.Saved(positions)) { Fold = rules.Fold(parts.Tell), Outbox = outbox, Telemetry = parts.Telemetry };
        var setups = parts.Sinks(_plan);
        Heartbeats = [.. setups.Where(setup => setup.Heartbeat is not null).Select(setup => new Heartbeat((IHeartbeatSink)setup.Sink, setup.Heartbeat!.Value, setup.Quiet, _plan.Tenant.TimeZone, Report, parts.Clock, parts.Tell))];
        Lanes = [.. setups.Select(setup => Lane(setup, state.Head, outbox))];
        await using var writer = new CheckpointWriter(lease, _plan, state.Head, pending, Lanes, tools);
        _writer = writer;
        using var rejects = parts.Settings.Rejects is var (path, bytesMax) ? new RejectLog(path, bytesMax, parts.Telemetry, parts.Tell) : null;
        using var detection = new Detection(state, pending, parts.Counters, parts.Settings.Silence is var (after, categories) ? new SilenceAlarm(after, categories, parts.Clock.GetUtcNow().UtcDateTime) : null, parts.Clock, parts.Telemetry, rejects, parts.Settings.Source.Kind == SourceKind.EventHubs);
        var sending = Task.WhenAll(Lanes.Select(lane => lane.RunAsync(loops.Token)).Concat(Heartbeats.Select(beat => beat.RunAsync(loops.Token))));
        var written = _writer.RunAsync(writing.Token, lost);
        try
        {
            await using (_source = parts.Source(_plan, state.Head.Positions))
            {
                await DetectAsync(detection, pending, outbox, written, stop);
                await writing.CancelAsync();
                await written;

                // The source is told how far the last checkpoint is.
                await FinishAsync(isLast(), lost);
            }
        }
        finally
        {
            await writing.CancelAsync();
            await loops.CancelAsync();
            await written.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var lane in Lanes) await lane.DisposeAsync();
        }
    }

    // Null when it was stopped meanwhile, or the rules have changed: then it begins again under the new ones.
    private async Task<RestoredState?> PrepareAsync(CancellationToken stop)
    {
        using var preparing = CancellationTokenSource.CreateLinkedTokenSource(stop, lease.Lost);
        try
        {
            await warmUp.RunAsync(lease, _plan, preparing.Token);
            return await RestoredState.ReadAsync(lease, _plan, preparing.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !lease.Lost.IsCancellationRequested)
        {
            return null;
        }
    }

    private SinkLane Lane(SinkSetup setup, CheckpointHead head, Outbox outbox)
    {
        SinkLane? lane = null;
        var name = setup.Sink.Name;
        parts.Telemetry.Refused(name, 0);
        return lane = new SinkLane(setup.Sink, head.Accepted.TryGetValue(name, out var accepted) ? accepted : head.Alerts, new LaneOptions
        {
            Clock = parts.Clock,
            Tell = parts.Tell,
            DeadLetters = parts.DeadLetters,
            Takes = setup.Route.IsForAll ? null : setup.Route.Takes,
            Backlog = outbox,
            Pace = setup.Pace,
            Quiet = setup.Quiet,
            Deadline = setup.Deadline,
            Calling = Calling,
            Accepted = alerts => Accepted(lane!, alerts),
            Failed = () => parts.Telemetry.SendingFailed(name),
            Refused = alerts => parts.Telemetry.Refused(name, alerts),
            MaySend = () => lease.IsHeld,
        });
    }

    private List<string> Report()
    {
        List<string> report = [string.Create(CultureInfo.InvariantCulture, $"Since it was started it has read {parts.Counters.Records:#,0} records and raised {parts.Counters.Alerts:#,0} alerts.")];
        if (Source is { IsConnected: false } source) report.Add($"The source is not connected: {source.Reason}");
        report.AddRange(((string?[])[WriterTrouble, .. Lanes.Select(lane => lane.Trouble)]).OfType<string>());
        return report;
    }

    private void Calling(IReadOnlyList<OutgoingAlert> alerts)
    {
        var now = parts.Clock.GetUtcNow().UtcDateTime;
        foreach (var alert in alerts)
        {
            if (alert.Arrival is { } arrival) parts.Counters.Latency.Add(now - arrival);
        }
    }

    private void Accepted(SinkLane lane, IReadOnlyList<OutgoingAlert> alerts)
    {
        parts.Telemetry.Accepted(lane.Name, alerts, lane.Sent, parts.Clock.GetUtcNow().UtcDateTime);
        _writer?.Soon();
    }

    private async Task DetectAsync(Detection detection, JournalPending pending, Outbox outbox, Task written, CancellationToken stop)
    {
        var source = _source!;
        if (detection.HasArisen) _writer!.Hurry();

        // Where writing is cheap, little is left to be written when an alert arises.
        var writeAt = lease.Log is null ? JournalPending.EntriesMax / 4 : EntriesWaiting;
        while (!stop.IsCancellationRequested && !lease.Lost.IsCancellationRequested)
        {
            if (written.IsCompleted) break;
            if (pending.Count > JournalPending.EntriesMax || outbox.IsOverfull)
            {
                _writer!.Hurry();
                await Task.Delay(s_room, parts.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            LiveSlice? slice;
            try
            {
                slice = await source.ReadAsync(s_patience, stop);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            if (slice is null && source.HasEnded) break;
            if (detection.Take(slice, source.Health.IsConnected) || pending.Count > writeAt) _writer!.Hurry();
        }

        lease.Lost.ThrowIfCancellationRequested();
    }

    // The last checkpoint, the last alerts, and what the sinks made of them.
    private async Task FinishAsync(bool isLast, CancellationToken lost)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(lost);
        limit.CancelAfter(parts.Settings.StopWithin);
        try
        {
            await _writer!.WriteAsync(limit.Token);
            while (isLast && Lanes.Any(lane => lane.IsDue)) await Task.Delay(s_room, parts.Clock, limit.Token);
            await _writer.WriteAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            parts.Tell($"Not everything was done within {parts.Settings.StopWithin:c} (StopWithin): {Lanes.Sum(lane => lane.Waiting)} alerts wait in the checkpoint and are sent after the next start.");
        }
    }
}
