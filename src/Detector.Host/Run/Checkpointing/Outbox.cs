using Detector.Checkpoints;
using Detector.Engine.Pipeline;
using Detector.Sinks.Delivery;

namespace Detector.Host.Run.Checkpointing;

/// <summary>
/// Alerts that some sink does not have, in their order: the newest in memory and in the journal, older ones in parts of their own, which are
/// read when a sink's turn comes. So neither memory nor snapshots grow with the length of an outage.
/// </summary>
internal sealed class Outbox : IAlertBacklog, IAsyncDisposable
{
    /// <summary>So many stay in memory; the first <see cref="PartAlerts"/> of what is beyond that become a part.</summary>
    public const int RecentMax = 4_000;

    /// <summary>Alerts of a part.</summary>
    public const int PartAlerts = 2_000;

    private const int OverfullFactor = 5;

    private readonly Lock _gate = new();
    private readonly ICheckpointLease _lease;
    private readonly DetectionPlan _plan;
    private readonly CancellationTokenSource _ending = new();
    private readonly List<OutgoingAlert> _recent;
    private IReadOnlyList<OutboxPart> _parts;
    private Task<OutboxPart>? _writing;
    private OutboxPart? _beingWritten;
    private bool _isFailing;

    /// <summary>The outbox of a checkpoint.</summary>
    /// <param name="lease">Where it lies.</param>
    /// <param name="plan">Under which the journal is written.</param>
    /// <param name="head">The head that was read.</param>
    /// <param name="unsent">Alerts of the journal that some sink does not have.</param>
    public Outbox(ICheckpointLease lease, DetectionPlan plan, CheckpointHead head, IReadOnlyList<OutgoingAlert> unsent)
    {
        _lease = lease;
        _plan = plan;
        _parts = head.Outbox;
        _recent = [.. unsent];
    }

    /// <inheritdoc />
    public long Last
    {
        get
        {
            lock (_gate) return _recent is [.., var newest] ? newest.Number : _parts is [.., var part] ? part.Last : 0;
        }
    }

    /// <summary>Whether parts are written more slowly than alerts arise, so that detection has to wait.</summary>
    public bool IsOverfull
    {
        get
        {
            lock (_gate) return _recent.Count > RecentMax * OverfullFactor;
        }
    }

    /// <summary>The name of the part that is being written, which no head has yet; null for none.</summary>
    public string? Writing => _beingWritten?.Name;

    /// <summary>Takes alerts that are in the journal.</summary>
    public void Add(IReadOnlyList<OutgoingAlert> alerts)
    {
        lock (_gate) _recent.AddRange(alerts);
    }

    /// <summary>Forgets what all sinks have, and takes over the parts of a head that was written.</summary>
    public void Wrote(CheckpointHead head)
    {
        lock (_gate)
        {
            _parts = head.Outbox;
            if (_writing is null) _beingWritten = null;
            var settled = head.Settled;
            var count = _recent.FindIndex(alert => alert.Number > settled);
            _recent.RemoveRange(0, count < 0 ? _recent.Count : count);
        }
    }

    /// <summary>Begins to write a part when more waits than stays in memory.</summary>
    public void StartWhenDue(CancellationToken cancellation)
    {
        if (_writing is not null) return;
        List<OutgoingAlert> alerts;
        lock (_gate)
        {
            if (_recent.Count <= RecentMax) return;
            alerts = _recent.GetRange(0, PartAlerts);
        }

        var part = _beingWritten = new OutboxPart(_lease.Epoch, alerts[0].Number, alerts[^1].Number);
        _writing = Task.Run(
            async () =>
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _ending.Token);
                await PartWriter.WriteAsync(_lease, part.Name, JournalPart.Write(_plan, [], alerts), stop.Token);
                return part;
            },
            cancellation);
    }

    /// <summary>The part that was written since it was last asked; null for none. It counts when a head names it.</summary>
    public OutboxPart? TakeWritten(Action<string> tell)
    {
        if (_writing is not { IsCompleted: true } done) return null;
        _writing = null;
        if (done.IsCompletedSuccessfully)
        {
            _isFailing = false;
#pragma warning disable VSTHRD002 // It has completed.
            return done.Result;
#pragma warning restore VSTHRD002
        }

        if (done.Exception?.InnerException is { } cause && !_isFailing)
        {
            _isFailing = true;
            tell($"Alerts that wait cannot be written to a part of the checkpoint; they stay in memory, and it is tried again: {cause.Message}");
        }

        return null;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<OutgoingAlert>> ReadAsync(long after, CancellationToken cancellation)
    {
        OutboxPart? part;
        lock (_gate)
        {
            part = _parts.FirstOrDefault(part => part.Last > after);
            if (part is null) return [.. _recent.SkipWhile(alert => alert.Number <= after).Take(PartAlerts)];
        }

        await using var stream = await _lease.ReadPartAsync(part.Name, cancellation);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellation);
        return [.. JournalPart.Read(_plan, bytes.ToArray()).Alerts.Where(alert => alert.Number > after)];
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        if (_writing is { } working) await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }
}
