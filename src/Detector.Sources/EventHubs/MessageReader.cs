using Confluent.Kafka;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;

namespace Detector.Sources.EventHubs;

/// <summary>
/// Reads the records in a message where the client library keeps it, so that a message of up to a megabyte is never copied.
/// The library calls it while a message is taken; which partition that was is known only after. One object for each consumer.
/// </summary>
internal sealed class MessageReader(DetectionPlan plan) : IDeserializer<MessageReader>
{
    private readonly RecordReader _reader = new(plan);
    private readonly EventBatch _read = new() { Source = "" };

    /// <summary>Bytes of the last message.</summary>
    public int Bytes { get; private set; }

    public MessageReader Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        _read.Clear();
        Bytes = data.Length;
        if (isNull || data.IsEmpty) return this;

        // Diagnostic settings send one envelope; a collector may send lines.
        if (data.IndexOf("}\n{"u8) >= 0 || data.IndexOf("}\r\n{"u8) >= 0) _reader.ReadLines(data, 0, _read);
        else _reader.ReadRecord(data, 0, _read);
        return this;
    }

    /// <summary>Hands on what the last message held, with its place.</summary>
    public void MoveTo(EventBatch batch, string partition, long offset)
    {
        foreach (var matched in _read.Events)
        {
            matched.Event.Place = new RecordPlace(partition, offset);
            batch.Events.Add(matched);
        }

        foreach (var reject in _read.Rejects) batch.Rejects.Add(reject with { Place = new RecordPlace(partition, offset) });
        batch.AddCounts(_read);
        batch.Bytes += Bytes;
        _read.Clear();
    }
}
