using Detector.Engine.Alerts;

namespace Detector.Engine.Storms;

/// <summary>A storm that has been told of and can still change.</summary>
internal sealed class StormEpisode(long order, Guid alertId)
{
    /// <summary>Which was told first.</summary>
    public long Order { get; } = order;

    /// <summary>Fixed when it was first found.</summary>
    public Guid AlertId { get; } = alertId;

    /// <summary>The alert that made it a storm, when it was last looked at.</summary>
    public DateTime First { get; set; }

    /// <summary>The last alert of it, when it was last looked at.</summary>
    public DateTime Last { get; set; }

    /// <summary>Whether alerts still make it; one that late records unmade is withdrawn.</summary>
    public bool Stands { get; set; }

    /// <summary>What was last sent; only its revision straight after a restart.</summary>
    public required Alert Sent { get; set; }

    /// <summary>How many alerts it told of.</summary>
    public long SentCount { get; set; }
}

/// <summary>A storm as the alerts make it now: its first and last one, and the entries that it counts, from one index to before another.</summary>
internal readonly record struct StormRun(int FirstHit, DateTime First, DateTime Last, int From, int To);
