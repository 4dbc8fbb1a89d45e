using System.Threading.Channels;
using Confluent.Kafka;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Sources.Live;

namespace Detector.Sources.EventHubs;

/// <summary>
/// One consumer and its thread: takes messages of its partitions, reads the records in them and hands them on. When nobody
/// takes what it hands on it waits, and the client library stops asking the broker.
/// </summary>
internal sealed class PartitionReader : IDisposable
{
    /// <summary>How long to wait before looking again whether somebody takes what was read.</summary>
    public static readonly TimeSpan FullPause = TimeSpan.FromMilliseconds(2);

    private const int RecordsAtOnce = 2_000;
    private const int BytesAtOnce = 1024 * 1024;

    // What has come waits no longer for more: under load there is always more.
    private static readonly TimeSpan s_gatherMax = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_current = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_tellEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, string> _partitions = [];
    private readonly HashSet<TopicPartition> _atEnd = [];
    private readonly Dictionary<TopicPartition, long> _lastEnd = [];
    private readonly List<TopicPartitionOffset> _toAdd = [];
    private readonly TimeProvider _clock;
    private readonly Action<string> _tell;
    private readonly ChannelWriter<LiveSlice> _slices;
    private readonly MessageReader _messages;
    private readonly IConsumer<Ignore, MessageReader> _consumer;
    private readonly Dictionary<TopicPartition, long> _next = [];
    private readonly Offset _begin;
    private long _gaps;
    private long? _toldGap;
    private bool _isClosed;

    public PartitionReader(DetectionPlan plan, EventHubsSourceOptions options, int number, TimeProvider clock, Action<string> tell, ChannelWriter<LiveSlice> slices)
    {
        _clock = clock;
        _tell = tell;
        _slices = slices;
        _messages = new MessageReader(plan);
        _begin = options.FromBeginning ? Offset.Beginning : Offset.End;
        var builder = new ConsumerBuilder<Ignore, MessageReader>(ClientSettings.Of(options, $"detector-{Environment.MachineName}-{Environment.ProcessId}-{number}"))
            .SetValueDeserializer(_messages)
            .SetErrorHandler((_, error) => TakeError(error))
            .SetLogHandler((_, _) => { });
        if (options.Credential is { } credential)
        {
            var scope = ClientSettings.Scope(options.Brokers);
            builder.SetOAuthBearerTokenRefreshHandler((client, _) => ClientSettings.Refresh(client, credential, scope));
        }

        _consumer = builder.Build();
    }

    /// <summary>Why the broker is out of reach, as a sentence; null while it is not.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Whether every partition was read to its end, as it was when it was last asked.</summary>
    public bool IsAtEnd
    {
        get
        {
            lock (_gate) return _toAdd.Count == 0 && _atEnd.Count == _partitions.Count;
        }
    }

    /// <summary>Whether every partition was read to its end not long ago: under load there is always something on its way.</summary>
    public bool IsCurrent
    {
        get
        {
            lock (_gate) return _toAdd.Count == 0 && _partitions.Keys.All(partition => _lastEnd.TryGetValue(partition, out var at) && _clock.GetElapsedTime(at) < s_current);
        }
    }

    /// <summary>From now on reads these partitions too; an offset below 0 is that of one which no checkpoint knows.</summary>
    public void Add(IEnumerable<TopicPartitionOffset> partitions)
    {
        lock (_gate) _toAdd.AddRange(partitions.Select(partition => partition.Offset.Value < 0 ? new TopicPartitionOffset(partition.TopicPartition, _begin) : partition));
    }

    /// <summary>Tells the service how far a checkpoint is, for those who look at the lag there.</summary>
    public void Store(IReadOnlyDictionary<string, SourcePosition> positions)
    {
        lock (_gate)
        {
            if (!_isClosed) StoreAll(positions);
        }
    }

    public Task RunAsync(CancellationToken stop) => Task.Factory.StartNew(() => Run(stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _consumer.Close();
            _consumer.Dispose();
        }
    }

    private void StoreAll(IReadOnlyDictionary<string, SourcePosition> positions)
    {
        foreach (var (partition, name) in _partitions)
        {
            if (!positions.TryGetValue(name, out var position)) continue;
            try
            {
                _consumer.StoreOffset(new TopicPartitionOffset(partition, position.Next));
            }
            catch (KafkaException)
            {
                // Not assigned at this moment; the next checkpoint tells it again.
            }
        }
    }

    private void Run(CancellationToken stop)
    {
        Pending? pending = null;
        while (!stop.IsCancellationRequested)
        {
            Assign();
            var got = Consume(pending is null ? s_poll : TimeSpan.Zero);
            if (got is null or { IsPartitionEOF: true })
            {
                if (pending is not null) HandOn(pending, stop);
                pending = null;
                if (got is not null) SetAtEnd(got.TopicPartition, isAtEnd: true);
                continue;
            }

            if (pending is not null && (pending.Partition != got.TopicPartition || pending.Batch.Records >= RecordsAtOnce || pending.Bytes >= BytesAtOnce || _clock.GetElapsedTime(pending.Began) >= s_gatherMax))
            {
                HandOn(pending, stop);
                pending = null;
            }

            NoticeGap(got.TopicPartition, got.Offset.Value);
            if (pending is null) SetAtEnd(got.TopicPartition, isAtEnd: false);
            pending ??= new Pending(got.TopicPartition, NameOf(got.TopicPartition), _clock.GetUtcNow().UtcDateTime, _clock.GetTimestamp());
            _messages.MoveTo(pending.Batch, pending.Name, got.Offset.Value);
            pending.Next = got.Offset.Value + 1;
            pending.Bytes += _messages.Bytes;
        }
    }

    private ConsumeResult<Ignore, MessageReader>? Consume(TimeSpan patience)
    {
        try
        {
            var got = _consumer.Consume(patience);
            if (got is not null) Trouble = null;
            return got;
        }
        catch (ConsumeException cause) when (!cause.Error.IsFatal)
        {
            TakeError(cause.Error);
            return null;
        }
    }

    private void Assign()
    {
        List<TopicPartitionOffset> added;
        lock (_gate)
        {
            if (_toAdd.Count == 0) return;
            added = [.. _toAdd];
            foreach (var partition in added.Where(partition => !partition.Offset.IsSpecial)) _next[partition.TopicPartition] = partition.Offset.Value;
            foreach (var partition in added) _partitions[partition.TopicPartition] = EventHubsSource.NameOf(partition.TopicPartition);
            _toAdd.Clear();
        }

        _consumer.IncrementalAssign(added);
    }

    // What should have come next is gone: kept too short, or the hub was made anew. Nobody may lose records unawares.
    private void NoticeGap(TopicPartition partition, long offset)
    {
        var isGap = _next.TryGetValue(partition, out var expected) && expected != offset;
        _next[partition] = offset + 1;
        if (!isGap) return;
        _gaps++;
        if (_toldGap is { } told && _clock.GetElapsedTime(told) < s_tellEvery) return;
        _toldGap = _clock.GetTimestamp();
        _tell($"{NameOf(partition)}: records may be lost: message {expected} should have come next, but the oldest that is there is {offset}. So far {_gaps} such gaps.");
    }

    private string NameOf(TopicPartition partition)
    {
        lock (_gate) return _partitions.TryGetValue(partition, out var name) ? name : EventHubsSource.NameOf(partition);
    }

    private void SetAtEnd(TopicPartition partition, bool isAtEnd)
    {
        lock (_gate)
        {
            if (isAtEnd) _lastEnd[partition] = _clock.GetTimestamp();
            if (isAtEnd) _atEnd.Add(partition);
            else _atEnd.Remove(partition);
        }
    }

    private void HandOn(Pending pending, CancellationToken stop)
    {
        var slice = new LiveSlice
        {
            Stream = pending.Name,
            Batch = pending.Batch,
            Arrival = pending.Arrival,
            Positions = [new(pending.Name, new SourcePosition(pending.Next))],
            Bytes = pending.Bytes,
        };
        while (!_slices.TryWrite(slice) && !stop.WaitHandle.WaitOne(FullPause))
        {
            // Nobody takes it yet.
        }
    }

    private void TakeError(Error error)
    {
        if (error.Code is not (ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Authentication or ErrorCode.Local_Fatal) && !error.IsFatal) return;
        var trouble = $"The broker is out of reach: {error.Reason}.";
        if (Trouble is null) _tell(trouble);
        Trouble = trouble;
    }

    private sealed class Pending(TopicPartition partition, string name, DateTime arrival, long began)
    {
        public TopicPartition Partition { get; } = partition;

        public string Name { get; } = name;

        public DateTime Arrival { get; } = arrival;

        public long Began { get; } = began;

        public EventBatch Batch { get; } = new() { Source = name };

        public long Next { get; set; }

        public long Bytes { get; set; }
    }
}
