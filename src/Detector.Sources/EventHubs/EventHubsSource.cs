using System.Threading.Channels;
using Confluent.Kafka;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Sources.Live;

namespace Detector.Sources.EventHubs;

/// <summary>
/// Records from Event Hubs by its Kafka endpoint, or from any Kafka broker. All partitions of the hubs are read by this one
/// worker, since one user's records are spread over all of them.
/// </summary>
public sealed class EventHubsSource : ILiveSource
{
    private const int SlicesAheadMax = 64;

    private readonly Channel<LiveSlice> _slices = Channel.CreateBounded<LiveSlice>(new BoundedChannelOptions(SlicesAheadMax) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PartitionReader> _readers = [];
    private readonly PartitionWatch _watch;
    private readonly Task _reading;

    /// <summary>Begins to read.</summary>
    /// <param name="plan">Says which records matter.</param>
    /// <param name="options">What to read.</param>
    /// <param name="positions">Where to go on, by <c>topic/partition</c>.</param>
    /// <param name="clock">Tells when records arrive.</param>
    /// <param name="tell">Takes sentences on troubles for whoever runs this; called from any thread.</param>
    public EventHubsSource(DetectionPlan plan, EventHubsSourceOptions options, IReadOnlyDictionary<string, SourcePosition> positions, TimeProvider clock, Action<string> tell)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Readers, 1, nameof(options));
        for (var i = 0; i < options.Readers; i++) _readers.Add(new PartitionReader(plan, options, i, clock, tell, _slices.Writer));
        _watch = new PartitionWatch(options, positions, _readers, name => Announce(name, clock), tell);
        _reading = Task.WhenAll([.. _readers.Select(reader => reader.RunAsync(_stop.Token)), _watch.RunAsync(clock, _stop.Token)]);
    }

    /// <summary>How a partition is called in checkpoints.</summary>
    public static string NameOf(TopicPartition partition)
    {
        ArgumentNullException.ThrowIfNull(partition);
        return $"{partition.Topic}/{partition.Partition.Value}";
    }

    /// <inheritdoc />
    public SourceHealth Health
    {
        get
        {
            if (_watch.Trouble is { } trouble) return new SourceHealth(IsConnected: false, IsCaughtUp: false, trouble);
            if (_readers.Find(reader => reader.Trouble is not null) is { Trouble: { } broken }) return new SourceHealth(IsConnected: false, IsCaughtUp: false, broken);
            var isCaughtUp = _watch.HasAssigned && _readers.TrueForAll(reader => reader.IsAtEnd || reader.IsCurrent);
            return new SourceHealth(_watch.HasAssigned, isCaughtUp, isCaughtUp ? null : _watch.HasAssigned ? "Records wait in the hubs." : "The hubs are not known yet.");
        }
    }

    /// <inheritdoc />
    public bool HasEnded { get; private set; }

    /// <inheritdoc />
    public async ValueTask<LiveSlice?> ReadAsync(TimeSpan patience, CancellationToken cancellation)
    {
        if (_slices.Reader.TryRead(out var ready)) return ready;
        if (_reading.Exception is { } failure) throw new InvalidOperationException($"Reading the hubs failed: {failure.InnerException?.Message}", failure.InnerException);
        if (_watch is { EndsAtEnd: true, HasAssigned: true } && _readers.TrueForAll(reader => reader.IsAtEnd) && !_slices.Reader.TryPeek(out _))
        {
            HasEnded = true;
            return null;
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        waiting.CancelAfter(patience);
        try
        {
            return await _slices.Reader.ReadAsync(waiting.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public void Saved(IReadOnlyDictionary<string, SourcePosition> positions)
    {
        foreach (var reader in _readers) reader.Store(positions);
    }

    private void Announce(string partition, TimeProvider clock)
    {
        var slice = new LiveSlice { Stream = partition, Batch = new EventBatch { Source = partition }, Arrival = clock.GetUtcNow().UtcDateTime, Positions = [] };
        while (!_slices.Writer.TryWrite(slice) && !_stop.Token.WaitHandle.WaitOne(PartitionReader.FullPause))
        {
            // Nobody takes it yet.
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
#pragma warning disable VSTHRD003 // This object started it.
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
#pragma warning restore VSTHRD003
        foreach (var reader in _readers) reader.Dispose();
        _stop.Dispose();
    }
}
