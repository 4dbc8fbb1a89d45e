namespace Detector.Engine.Alerts;

/// <summary>Deterministic alert ids.</summary>
public static class AlertId
{
}
