using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Detector.Engine.Alerts;
using Detector.Engine.Logs;

namespace Detector.Host.Replay;

/// <summary>What was not detected on, with its place and the reason: one JSON line each. Owns the stream.</summary>
internal sealed class RejectFile(Stream output) : IDisposable
{
    private const int BytesWaitingMax = 256 * 1024;

    private readonly ArrayBufferWriter<byte> _waiting = new();

    /// <summary>Bytes that wait for the stream.</summary>
    public int Waiting => _waiting.WrittenCount;

    /// <summary>A record that could not be read. Bytes that are no UTF-8 become replacement characters.</summary>
    public void Write(RejectedRecord reject) => Write(reject.Place, reject.Reason, Encoding.UTF8.GetString(reject.Bytes.Span));

    /// <summary>A record that came later than the allowed lateness.</summary>
    public void WriteLate(LogEvent late, DateTime watermark) =>
        Write(late.Place, $"late: its time {AlertJson.Time(late.Time)} is before {AlertJson.Time(watermark)}, before which nothing is taken any more.", $"{late.Text(CanonicalField.OperationName)} {late.Id}");

    /// <summary>Writes what waits to the stream.</summary>
    public void Flush()
    {
        Drain();
        output.Flush();
    }

    public void Dispose()
    {
        Drain();
        output.Dispose();
    }

    private void Write(RecordPlace place, string reason, string record)
    {
        using (var json = new Utf8JsonWriter(_waiting, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.Default }))
        {
            json.WriteStartObject();
            json.WriteString("source", place.Source);
            json.WriteNumber("line", place.Line);
            json.WriteNumber("offset", place.Offset);
            json.WriteString("reason", reason);
            json.WriteString("record", record);
            json.WriteEndObject();
        }

        _waiting.Write("\n"u8);
        if (_waiting.WrittenCount >= BytesWaitingMax) Drain();
    }

    private void Drain()
    {
        output.Write(_waiting.WrittenSpan);
        _waiting.ResetWrittenCount();
    }
}
