using System.Collections.Immutable;
using Detector.Engine.Rules;

namespace Detector.Sinks.Delivery;

/// <summary>
/// What waits for one sink, its order and its pace. Alerts go out in the order in which they arose; a failure is tried again with
/// growing pauses and without end; what will never be taken becomes a dead letter; a sink that is down delays no other.
/// </summary>
public sealed class SinkLane : IAsyncDisposable
{
    // In quiet hours what may not wait has to be found among what does.
    private const int QuietWindowMax = 5 * LaneQueue.WindowMax;

    private static readonly TimeSpan s_askAgain = TimeSpan.FromMilliseconds(100);

    private readonly LaneQueue _queue;
    private readonly SemaphoreSlim _news = new(0, 1);
    private readonly IAlertSink _sink;
    private readonly LaneOptions _options;
    private readonly Backoff _backoff;
    private readonly PaceBucket? _pace;

    private long _called;
    private int _batchMax;
    private string? _gone;
    private bool _isHeld;
    private long _singlesUpTo;

    /// <summary>A queue with what the backlog has for this sink.</summary>
    /// <param name="sink">Disposed of with this.</param>
    /// <param name="accepted">The number of the last alert that is settled, by the checkpoint.</param>
    /// <param name="options">What it needs beside.</param>
    public SinkLane(IAlertSink sink, long accepted, LaneOptions options)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(options);
        _sink = sink;
        _options = options;
        _queue = new LaneQueue(accepted, options.Takes, options.Backlog);
        _batchMax = sink.BatchMax;
        _backoff = new Backoff(options.Random ?? new Random(HashCode.Combine(Environment.MachineName, Environment.ProcessId, sink.Name)));
        _pace = options.Pace is { } pace ? new PaceBucket(pace, options.Clock) : null;
    }

    /// <summary>The sink's name.</summary>
    public string Name => _sink.Name;

    /// <summary>The number of the last alert that is settled, and all before it: accepted, a dead letter, or not meant for this sink.</summary>
    public long Accepted => _queue.Accepted;

    /// <summary>Why nothing goes out, as a sentence; null while all is well.</summary>
    public string? Trouble { get; private set; }

    /// <summary>When the batch that is being sent, or was accepted last, was first given to the sink, UTC.</summary>
    public DateTime Sent { get; private set; }

    /// <summary>Alerts that wait. After a restart those in the backlog count as if all were meant for this sink, until they are read.</summary>
    public long Waiting => _queue.Waiting;

    /// <summary>Whether something waits that quiet hours do not hold back: a worker that ends waits for that, and for nothing else.</summary>
    public bool IsDue => Waiting > 0 && (QuietLeft == TimeSpan.Zero || _queue.First(1, _options.Quiet!.Lets).Count > 0);

    private TimeSpan QuietLeft => _options.Quiet?.Left(Now) ?? TimeSpan.Zero;

    private DateTime Now => _options.Clock.GetUtcNow().UtcDateTime;

    /// <summary>Takes alerts that may go out now, in order; those that were settled before, or are meant for others, are passed over.</summary>
    public void Add(IReadOnlyList<OutgoingAlert> alerts)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        _queue.Add(alerts);
        if (_news.CurrentCount > 0) return;
        try
        {
            _news.Release();
        }
        catch (SemaphoreFullException)
        {
            // It will look anyway.
        }
    }

    /// <summary>Sends until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (_queue.WantsMore(QuietLeft > TimeSpan.Zero ? QuietWindowMax : LaneQueue.WindowMax) && !await TryFillAsync(cancellation)) continue;
            var (batch, isSummary) = NextBatch();
            if (batch.Count == 0 && QuietLeft is var quiet && quiet > TimeSpan.Zero)
            {
                // What waits meanwhile is told together.
                _isHeld = true;
                await NewsAsync(quiet, cancellation);
                continue;
            }

            if (batch.Count == 0)
            {
                await _news.WaitAsync(cancellation);
                continue;
            }

            if (_options.MaySend?.Invoke() == false)
            {
                await Task.Delay(s_askAgain, _options.Clock, cancellation);
                continue;
            }

            // What comes meanwhile may be critical, and may be told together with this.
            if (WaitFor(batch) is var wait && wait > TimeSpan.Zero)
            {
                _isHeld = true;
                await NewsAsync(wait, cancellation);
                continue;
            }

            await SendAsync(batch, isSummary, cancellation);

            // What did not fit into a summary is told in another.
            _isHeld = isSummary && _sink is ISummarySink { SummaryMax: var most } && batch.Count >= most;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _sink.DisposeAsync();
        _news.Dispose();
    }

    private (List<OutgoingAlert> Batch, bool IsSummary) NextBatch()
    {
        if (QuietLeft > TimeSpan.Zero) return (_queue.First(_batchMax, _options.Quiet!.Lets), false);
        var (waiting, first) = _queue.Window;

        // With room for few messages, what had to wait is told in one; the first of a burst go out each on their own.
        if (_pace is not null && _sink is ISummarySink { SummaryMax: var most } && waiting > _sink.BatchMax && first > _singlesUpTo && (_isHeld || _pace.WaitFor(isCritical: false) > TimeSpan.Zero))
            return (_queue.First(most), true);
        return (_queue.First(_batchMax), false);
    }

    private async Task<bool> TryFillAsync(CancellationToken cancellation)
    {
        try
        {
            await _queue.FillAsync(cancellation);
            return true;
        }
#pragma warning disable CA1031 // Whatever the store meets, it is tried again.
        catch (Exception cause) when (cause is not OperationCanceledException || !cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            await FailAsync(_queue.Waiting, cause.Message, asked: null, cancellation);
            return false;
        }
    }

    private TimeSpan WaitFor(List<OutgoingAlert> batch)
    {
        return _pace?.WaitFor(batch.Exists(alert => alert.Severity == Severity.Critical)) ?? TimeSpan.Zero;
    }

    private async Task NewsAsync(TimeSpan most, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pause = Task.Delay(most, _options.Clock, either.Token);
        await Task.WhenAny(pause, _news.WaitAsync(either.Token));
        await either.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private async Task SendAsync(List<OutgoingAlert> batch, bool isSummary, CancellationToken cancellation)
    {
        if (batch[^1].Number > _called)
        {
            _options.Calling(batch.FindAll(alert => alert.Number > _called));
            _called = batch[^1].Number;
        }

        if (Trouble is null) Sent = Now;
        try
        {
            var outcome = _gone is null ? await CallAsync(batch, isSummary, cancellation) : new SendOutcome(batch.Select((_, i) => KeyValuePair.Create(i, _gone)).ToImmutableDictionary(), SendOutcome.Accepted.Later);
            await SettleAsync(batch, outcome, cancellation);
        }
        catch (SinkGoneException gone)
        {
            _gone = gone.Message;
            _options.Tell($"{Name}: {gone.Message} It is not called again before a restart; what was meant for it becomes dead letters.");
        }
        catch (SinkRefusedException refused) when (batch.Count > 1 && !isSummary)
        {
            // Smaller, until it is plain which of them is refused.
            _batchMax = batch.Count / 2;
            Trouble ??= $"{Name} refused {batch.Count} alerts together: {refused.Message}";
        }
        catch (SinkRefusedException refused) when (isSummary)
        {
            // Each on its own then, at the pace that there is.
            _singlesUpTo = batch[^1].Number;
            Trouble ??= $"{Name} refused {batch.Count} alerts in one message: {refused.Message}";
        }
        catch (SinkRefusedException refused)
        {
            await TrySettleAsync(batch, new SendOutcome(SendOutcome.Accepted.Refused.Add(0, refused.Message), SendOutcome.Accepted.Later), cancellation);
        }
#pragma warning disable CA1031 // Whatever a sink meets, the alerts must not be lost with it.
        catch (Exception cause) when (cause is not OperationCanceledException || !cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            await FailAsync(batch.Count, cause is OperationCanceledException ? $"it did not answer within {_options.Deadline?.TotalSeconds:0} seconds." : cause.Message, (cause as SinkBusyException)?.RetryAfter, cancellation);
        }
    }

    private async Task<SendOutcome> CallAsync(List<OutgoingAlert> batch, bool isSummary, CancellationToken cancellation)
    {
        if (_options.Deadline is not { } deadline) return await _sink.SendAsync(batch, cancellation);
        using var limit = new CancellationTokenSource(deadline, _options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);

        // A sink that does not listen to its token is left, too.
        var sending = isSummary ? ((ISummarySink)_sink).SendSummaryAsync(batch, either.Token) : _sink.SendAsync(batch, either.Token);
        _pace?.Take();
        return await sending.WaitAsync(either.Token);
    }

    private async Task TrySettleAsync(List<OutgoingAlert> batch, SendOutcome outcome, CancellationToken cancellation)
    {
        try
        {
            await SettleAsync(batch, outcome, cancellation);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            await FailAsync(batch.Count, cause.Message, asked: null, cancellation);
        }
    }

    private async Task SettleAsync(List<OutgoingAlert> batch, SendOutcome outcome, CancellationToken cancellation)
    {
        foreach (var (at, reason) in outcome.Refused.OrderBy(pair => pair.Key))
        {
            await _options.DeadLetters.AddAsync(Name, batch[at], reason, cancellation);
            _options.Tell($"{Name}: the alert {batch[at].Id} was refused and is a dead letter: {reason}");
        }

        if (outcome.Refused.Count > 0) _options.Refused?.Invoke(outcome.Refused.Count);
        var settled = batch.Where((_, at) => !outcome.Later.ContainsKey(at)).ToList();
        _queue.Settle(settled);
        if (settled.Count > 0) _options.Accepted([.. batch.Where((_, at) => !outcome.Later.ContainsKey(at) && !outcome.Refused.ContainsKey(at))]);
        if (outcome.Later.Count > 0)
        {
            await FailAsync(outcome.Later.Count, outcome.Later.MinBy(pair => pair.Key).Value, outcome.RetryAfter, cancellation);
            return;
        }

        // A batch that had to be made smaller may have been so for one alert, which is gone.
        if (outcome.Refused.Count > 0 || _batchMax >= _sink.BatchMax) _batchMax = _sink.BatchMax;
        else _batchMax = Math.Min(_sink.BatchMax, _batchMax * 2);
        Trouble = _gone is null ? null : $"{Name} is not called any more: {_gone}";
        _backoff.Reset();
    }

    private async Task FailAsync(long alerts, string reason, TimeSpan? asked, CancellationToken cancellation)
    {
        if (Trouble is null) _options.Tell($"{Name}: {alerts} alerts could not be sent and wait: {reason}");
        Trouble = $"{Name} does not accept alerts: {reason}";
        _options.Failed?.Invoke();
        await Task.Delay(_backoff.Next(asked), _options.Clock, cancellation);
    }
}
