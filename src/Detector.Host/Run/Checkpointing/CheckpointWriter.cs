using Detector.Checkpoints;
using Detector.Engine.Pipeline;
using Detector.Sinks.Delivery;

namespace Detector.Host.Run.Checkpointing;

/// <summary>
/// Writes checkpoints while detection goes on: what the pipeline was told since the last one, then the head. Alerts go to the
/// sinks only after that, because a restart reads the partitions in another order, and an alert's revisions, and the id of a
/// window's alert, depend on the order: what has left must be known. That costs a write of some kilobytes, not a wait for a
/// checkpoint of everything.
/// </summary>
internal sealed class CheckpointWriter : IAsyncDisposable
{
    // What a sink accepted is written with what comes next, or so long after: a write of its own would delay the next alerts.
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromMilliseconds(500);

    private readonly ICheckpointLease _lease;
    private readonly DetectionPlan _plan;
    private readonly JournalPending _pending;
    private readonly IReadOnlyList<SinkLane> _lanes;
    private readonly CheckpointTools _tools;
    private readonly BaseRenewal _renewal;
    private readonly IJournal _journal;
    private readonly SemaphoreSlim _news = new(0, 1);
    private CheckpointHead _head;
    private int _isSoon;

    public CheckpointWriter(ICheckpointLease lease, DetectionPlan plan, CheckpointHead head, JournalPending pending, IReadOnlyList<SinkLane> lanes, CheckpointTools tools)
    {
        _lease = lease;
        _plan = plan;
        _head = head;
        _pending = pending;
        _lanes = lanes;
        _tools = tools;
        _journal = lease.Log is { } log ? new LogJournal(lease, log, tools.RenewFromBytes) : new HeadJournal(lease);
        _renewal = new BaseRenewal(lease, tools);
    }

    /// <summary>Why nothing can be written, as a sentence; null while all is well.</summary>
    public string? Trouble { get; private set; }

    private DateTime Now => _tools.Clock.GetUtcNow().UtcDateTime;

    /// <summary>A sink accepted alerts: until that is written, a crash repeats them.</summary>
    public void Soon()
    {
        if (Interlocked.Exchange(ref _isSoon, 1) == 0) _ = HurrySoonAsync();
    }

    /// <summary>Something waits that should not wait for the interval.</summary>
    public void Hurry()
    {
        try
        {
            _news.Release();
        }
        catch (Exception cause) when (cause is SemaphoreFullException or ObjectDisposedException)
        {
            // It will look anyway, or has looked for the last time.
        }
    }

    /// <summary>
    /// Writes at each interval and whenever it is hurried, until it is told to <paramref name="stop"/>; what it has begun it
    /// ends. <paramref name="lost"/> ends it at once: another worker has taken over.
    /// </summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken lost)
    {
        while (!stop.IsCancellationRequested)
        {
            await ((Task)_news.WaitAsync(_tools.Interval, stop)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await WriteAsync(lost);
            _renewal.StartWhenDue(_head, lost);
            _tools.Outbox.StartWhenDue(lost);
        }
    }

    /// <summary>Writes what waits, and tries until it is written or another worker has taken over.</summary>
    /// <exception cref="LeaseLostException">Another worker has taken over.</exception>
    public async Task WriteAsync(CancellationToken cancellation)
    {
        Interlocked.Exchange(ref _isSoon, 0);
        var taken = _pending.Take();
        var hasPiece = taken.Entries.Count > 0 || taken.Alerts.Count > 0;
        var renewed = _renewal.TakeRenewed();
        var outbox = _tools.Outbox.TakeWritten(_tools.Tell);
        var accepted = _lanes.ToDictionary(lane => lane.Name, lane => lane.Accepted, StringComparer.Ordinal);
        if (!hasPiece && renewed is null && outbox is null && taken.Moved.Count == 0 && accepted.All(pair => _head.Accepted.TryGetValue(pair.Key, out var known) && known == pair.Value))
        {
            _tools.Telemetry?.Wrote(took: null, 0, Now);
            return;
        }

        var hadOutbox = _head.Outbox.Count > 0;
        var began = _tools.Clock.GetTimestamp();
        var piece = hasPiece ? JournalPart.Write(_plan, taken.Entries, taken.Alerts) : null;
        var change = new HeadChange(_head.Changes + 1, taken.Moved, taken.NewStreams, taken.LastAlert, accepted, piece) { Outbox = outbox };
        while (true)
        {
            try
            {
                (_head, var completed) = await _journal.WriteAsync(_head, change, renewed, cancellation);
                _renewal.Wrote(completed);
                break;
            }
#pragma warning disable CA1031 // Whatever the store meets, what waits must not be lost with it.
            catch (Exception cause) when (cause is not (OperationCanceledException or LeaseLostException))
#pragma warning restore CA1031
            {
                _tools.Telemetry?.WriteFailed();
                if (Trouble is null) _tools.Tell($"The checkpoint cannot be written and is tried again: {cause.Message}");
                Trouble = $"Checkpoints cannot be written: {cause.Message}";
                await Task.Delay(s_retryAfter, _tools.Clock, cancellation);
            }
        }

        Trouble = null;
        _tools.Telemetry?.Wrote(_tools.Clock.GetElapsedTime(began), piece?.Length ?? 0, Now);
        _tools.Outbox.Wrote(_head);
        if (taken.Alerts.Count > 0)
        {
            _tools.Outbox.Add(taken.Alerts);
            _tools.Telemetry?.Journaled(taken.Alerts, Now);
            foreach (var lane in _lanes) lane.Add(taken.Alerts);
        }

        _tools.Saved(_head.Positions);
        if (renewed is not null || ((hadOutbox || outbox is not null) && _head.Outbox.Count == 0)) await RemoveOldAsync(_head, cancellation);
    }

    private async Task HurrySoonAsync()
    {
        await Task.Delay(s_soon, _tools.Clock);
        if (Interlocked.Exchange(ref _isSoon, 0) == 1) Hurry();
    }

    private async Task RemoveOldAsync(CheckpointHead head, CancellationToken cancellation)
    {
        try
        {
            await _lease.RemovePartsExceptAsync(_tools.Outbox.Writing is { } writing ? head.Parts.Append(writing).ToHashSet(StringComparer.Ordinal) : head.Parts, cancellation);
        }
#pragma warning disable CA1031 // They take room and do no harm; the next renewal tries again.
        catch (Exception cause) when (cause is not (OperationCanceledException or LeaseLostException))
#pragma warning restore CA1031
        {
            _tools.Tell($"Old parts of the checkpoint could not be removed: {cause.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _renewal.DisposeAsync();
        _news.Dispose();
    }
}
