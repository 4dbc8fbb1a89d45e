namespace Detector.Sinks.Webhook;

/// <summary>What the data of an event is.</summary>
public enum WebhookFormat
{
    /// <summary>Our own JSON, version 1.</summary>
    Detector,

    /// <summary>A Detection Finding (2004) of OCSF.</summary>
    Ocsf,

    /// <summary>A line of the Common Event Format.</summary>
    Cef,
}
