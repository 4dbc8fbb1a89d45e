using System.Buffers;
using Detector.Engine.Alerts;

namespace Detector.Sinks.Console;

/// <summary>Alerts for programs: JSON, version 1, one line each. Does not own the stream.</summary>
public sealed class AlertLines(Stream output) : IAlertWriter
{
    /// <summary>With so many bytes waiting it writes without being asked to.</summary>
    private const int BytesWaitingMax = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _waiting = new();

    /// <inheritdoc />
    public void Write(Alert alert)
    {
        AlertJson.Write(_waiting, alert);
        _waiting.Write("\n"u8);
        if (_waiting.WrittenCount >= BytesWaitingMax) Drain();
    }

    /// <inheritdoc />
    public void Flush()
    {
        Drain();
        output.Flush();
    }

    // Forgotten before the write, so that a broken pipe is met once.
    private void Drain()
    {
        if (_waiting.WrittenCount == 0) return;
        var written = _waiting.WrittenMemory;
        _waiting.ResetWrittenCount();
        output.Write(written.Span);
    }
}
