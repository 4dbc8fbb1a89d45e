namespace Detector.Sinks.Delivery;

/// <summary>
/// What waits for one sink, and its pace: alerts go out in order, a failure is tried again with growing pauses and without
/// end, and a sink that is down delays no other.
/// </summary>
public sealed class SinkLane : IAsyncDisposable
{
    private static readonly TimeSpan s_pauseMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_pauseMax = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Queue<OutgoingAlert> _waiting = new();
    private readonly SemaphoreSlim _news = new(0);
    private readonly IAlertSink _sink;
    private readonly TimeProvider _clock;
    private readonly Action<string> _tell;
    private readonly Action<IReadOnlyList<OutgoingAlert>> _calling;
    private readonly Action<IReadOnlyList<OutgoingAlert>> _accepted;
    private long _acceptedNumber;
    private long _called;

    /// <summary>A queue that is empty.</summary>
    /// <param name="sink">Disposed of with this.</param>
    /// <param name="accepted">The number of the last alert that the sink has accepted, by the checkpoint.</param>
    /// <param name="clock">Measures the pauses.</param>
    /// <param name="tell">Takes sentences on troubles for whoever runs this.</param>
    /// <param name="onCalling">Called with what is about to be sent for the first time; from any thread.</param>
    /// <param name="onAccepted">Called with what was accepted; from any thread.</param>
    public SinkLane(IAlertSink sink, long accepted, TimeProvider clock, Action<string> tell, Action<IReadOnlyList<OutgoingAlert>> onCalling, Action<IReadOnlyList<OutgoingAlert>> onAccepted)
    {
        _sink = sink;
        _acceptedNumber = accepted;
        _clock = clock;
        _tell = tell;
        _calling = onCalling;
        _accepted = onAccepted;
    }

    /// <summary>The sink's name.</summary>
    public string Name => _sink.Name;

    /// <summary>The number of the last alert that the sink has accepted: all before it were too.</summary>
    public long Accepted => Interlocked.Read(ref _acceptedNumber);

    /// <summary>Why nothing goes out, as a sentence; null while all is well.</summary>
    public string? Trouble { get; private set; }

    /// <summary>When the batch that is being sent, or was accepted last, was first given to the sink, UTC.</summary>
    public DateTime Sent { get; private set; }

    /// <summary>Asked right before something is sent: while it says no, alerts wait.</summary>
    public Func<bool>? MaySend { get; init; }

    /// <summary>Called each time that sending has failed, before it is tried again.</summary>
    public Action? Failed { get; init; }

    /// <summary>Alerts that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>Takes alerts that may go out now, in order; those that were accepted before are passed over.</summary>
    public void Add(IReadOnlyList<OutgoingAlert> alerts)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        lock (_gate)
        {
            foreach (var alert in alerts)
            {
                if (alert.Number > _acceptedNumber) _waiting.Enqueue(alert);
            }
        }

        _news.Release();
    }

    /// <summary>Sends until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var pause = s_pauseMin;
        while (true)
        {
            var batch = NextBatch();
            if (batch.Count == 0)
            {
                await _news.WaitAsync(cancellation);
                continue;
            }

            if (MaySend?.Invoke() == false)
            {
                await Task.Delay(s_pauseMin, _clock, cancellation);
                continue;
            }

            if (batch[^1].Number > _called)
            {
                _calling(batch.FindAll(alert => alert.Number > _called));
                _called = batch[^1].Number;
            }

            try
            {
                if (Trouble is null) Sent = _clock.GetUtcNow().UtcDateTime;
                await _sink.SendAsync(batch, cancellation);
                (Trouble, pause) = (null, s_pauseMin);
                Take(batch);
            }
#pragma warning disable CA1031 // Whatever a sink meets, the alerts must not be lost with it.
            catch (Exception cause) when (cause is not OperationCanceledException || !cancellation.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (Trouble is null) _tell($"{Name}: {batch.Count} alerts could not be sent and wait: {cause.Message}");
                Trouble = $"{Name} does not accept alerts: {cause.Message}";
                Failed?.Invoke();
                await Task.Delay(pause, _clock, cancellation);
                pause = pause * 2 < s_pauseMax ? pause * 2 : s_pauseMax;
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _sink.DisposeAsync();
        _news.Dispose();
    }

    private List<OutgoingAlert> NextBatch()
    {
        lock (_gate) return [.. _waiting.Take(_sink.BatchMax)];
    }

    private void Take(List<OutgoingAlert> batch)
    {
        lock (_gate)
        {
            for (var i = 0; i < batch.Count; i++) _waiting.Dequeue();
        }

        Interlocked.Exchange(ref _acceptedNumber, batch[^1].Number);
        _accepted(batch);
    }
}
