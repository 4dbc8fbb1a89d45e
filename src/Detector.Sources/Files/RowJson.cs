using System.Buffers;
using System.Text.Json;

namespace Detector.Sources.Files;

/// <summary>
/// Writes one row as a JSON object: what has no value is left out, since a table cannot tell empty from absent.
/// Holds scratch memory: one object per thread.
/// </summary>
internal sealed class RowJson : IDisposable
{
    private readonly ArrayBufferWriter<byte> _output = new(16 * 1024);
    private readonly Utf8JsonWriter _json;

    // Only the engine reads it; what it must not do is end a string early, and that the default encoder would not allow either.
    public RowJson() => _json = new Utf8JsonWriter(_output, new JsonWriterOptions { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The row, once it is complete.</summary>
    public ReadOnlySpan<byte> Written => _output.WrittenSpan;

    public void Begin()
    {
        _output.ResetWrittenCount();
        _json.Reset(_output);
        _json.WriteStartObject();
    }

    /// <summary>A text of a column. The bytes must be valid UTF-8.</summary>
    public void Add(JsonEncodedText column, ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty) _json.WriteString(column, text);
    }

    /// <summary>A value that is JSON already.</summary>
    public void AddJson(JsonEncodedText column, ReadOnlySpan<byte> json)
    {
        if (json.SequenceEqual("null"u8)) return;
        _json.WritePropertyName(column);
        _json.WriteRawValue(json, skipInputValidation: true);
    }

    public void End()
    {
        _json.WriteEndObject();
        _json.Flush();
    }

    public void Dispose() => _json.Dispose();
}
