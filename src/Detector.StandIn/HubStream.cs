using System.Buffers;
using Confluent.Kafka;

namespace Detector.StandIn;

/// <summary>
/// Sends records to a broker as diagnostic settings do: many in one message, <c>{"records":[…]}</c>, and no partition key, so
/// that the messages go round the partitions. Give it one record a line, as a stream: it is written to, and flushed at the end.
/// </summary>
public sealed class HubStream : Stream
{
    private const int LingerMs = 5;

    private readonly IProducer<Null, byte[]> _producer;
    private readonly Func<ReadOnlySpan<byte>, string> _topicOf;
    private readonly HubPace _pace;
    private readonly int _recordsAMessage;
    private readonly Dictionary<string, ArrayBufferWriter<byte>> _messages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Records, int Partition)> _states = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly int _partitions;
    private Error? _failure;

    /// <summary>Connects.</summary>
    /// <param name="broker">Its address.</param>
    /// <param name="topicOf">The topic of a record.</param>
    /// <param name="partitions">How many partitions each topic has.</param>
    /// <param name="recordsAMessage">Records in one message.</param>
    /// <param name="pace">Says when the next record may go.</param>
    public HubStream(string broker, Func<ReadOnlySpan<byte>, string> topicOf, int partitions, int recordsAMessage, HubPace pace)
    {
        _topicOf = topicOf;
        _partitions = partitions;
        _recordsAMessage = recordsAMessage;
        _pace = pace;
        var config = new ProducerConfig { BootstrapServers = broker, LingerMs = LingerMs, MessageMaxBytes = 1_000_000, QueueBufferingMaxKbytes = 64 * 1024, CompressionType = CompressionType.None, Acks = Acks.Leader, RequestTimeoutMs = 30_000 };
        config.Set("enable.metrics.push", "false");
        _producer = new ProducerBuilder<Null, byte[]>(config).SetErrorHandler((_, _) => { }).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>Records that were sent.</summary>
    public long Records { get; private set; }

    /// <summary>Messages that were sent.</summary>
    public long Messages { get; private set; }

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var end = buffer.IndexOf((byte)'\n');
            if (end < 0)
            {
                _line.Write(buffer);
                return;
            }

            if (_line.WrittenCount > 0)
            {
                _line.Write(buffer[..end]);
                Add(_line.WrittenSpan);
                _line.ResetWrittenCount();
            }
            else
            {
                Add(buffer[..end]);
            }

            buffer = buffer[(end + 1)..];
        }
    }

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Sends what is left, and waits until the broker has everything.</summary>
    public override void Flush()
    {
        foreach (var topic in _messages.Keys.ToList()) Send(topic);
        while (_producer.Flush(TimeSpan.FromSeconds(1)) > 0 && _failure is null)
        {
            // The broker has not taken everything yet.
        }

        if (_failure is { } failure) throw new IOException($"The broker did not take everything: {failure.Reason}.");
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing) _producer.Dispose();
        base.Dispose(disposing);
    }

    private void Add(ReadOnlySpan<byte> record)
    {
        if (record.IsEmpty) return;
        if (_pace.MustWait(record))
        {
            // Who waits sends what it has: alerts are to be seen in real time.
            foreach (var waiting in _messages.Keys.ToList()) Send(waiting);
            _pace.Wait();
        }

        var topic = _topicOf(record);
        if (!_messages.TryGetValue(topic, out var message)) _messages[topic] = message = new ArrayBufferWriter<byte>();
        message.Write(message.WrittenCount == 0 ? "{\"records\":["u8 : ","u8);
        message.Write(record);
        var (records, partition) = _states.GetValueOrDefault(topic);
        _states[topic] = (records + 1, partition);
        Records++;
        if (records + 1 >= _recordsAMessage || message.WrittenCount > 500_000) Send(topic);
    }

    private void Send(string topic)
    {
        var message = _messages[topic];
        if (message.WrittenCount == 0) return;
        message.Write("]}"u8);
        var partition = _states[topic].Partition;
        _states[topic] = (0, (partition + 1) % _partitions);
        var value = new Message<Null, byte[]> { Value = message.WrittenSpan.ToArray() };
        message.ResetWrittenCount();
        while (true)
        {
            if (_failure is { } failure) throw new IOException($"The broker did not take everything: {failure.Reason}.");
            try
            {
                _producer.Produce(new TopicPartition(topic, partition), value, report => _failure ??= report.Error.IsError ? report.Error : null);
                break;
            }
            catch (ProduceException<Null, byte[]> cause) when (cause.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Poll(TimeSpan.FromMilliseconds(10));
            }
        }

        Messages++;
    }
}
