using Detector.Engine.Alerts;

namespace Detector.Sinks.Console;

/// <summary>Writes alerts for whoever reads the output, one after the other. Exceptions of the output propagate.</summary>
public interface IAlertWriter
{
    /// <summary>Writes one alert; it may stay in memory until <see cref="Flush"/>.</summary>
    void Write(Alert alert);

    /// <summary>Hands on what was written.</summary>
    void Flush();
}
