using System.Buffers;

namespace Detector.Engine.Alerts;

/// <summary>Writes alerts as JSON, version 1: one line each, without the line end.</summary>
public static class AlertJson
{
    /// <summary>The value of <c>schema</c>.</summary>
    public const string Schema = "detector.alert/1";

    /// <summary>Writes one alert; equal alerts give equal bytes.</summary>
    public static void Write(IBufferWriter<byte> output, Alert alert)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(alert);
        throw new NotSupportedException();
    }
}
