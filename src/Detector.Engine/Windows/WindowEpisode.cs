using Detector.Engine.Alerts;
using Detector.Engine.Logs;
using Detector.Engine.Streams;

namespace Detector.Engine.Windows;

/// <summary>A run of events at which a window rule holds, none further from the one before than the rule's gap: one alert.</summary>
internal sealed class WindowEpisode(long order, Guid alertId)
{
    /// <summary>Which was said first.</summary>
    public long Order { get; } = order;

    /// <summary>Fixed when it was first found.</summary>
    public Guid AlertId { get; } = alertId;

    public DateTime First { get; set; }

    public DateTime Last { get; set; }

    /// <summary>Whether events still make it; one that late events unmade is withdrawn.</summary>
    public bool Stands { get; set; }

    /// <summary>What was last sent; null while nothing was.</summary>
    public Alert? Sent { get; set; }

    /// <summary>How many records the alert that was last sent stands on.</summary>
    public int SentCount { get; set; }

    /// <summary>As which event other rules were told of it.</summary>
    public (Key128 Id, DateTime Time)? Told { get; set; }

    /// <summary>The event itself; it may be past and gone from the group when it has to be taken back.</summary>
    public LogEvent? ToldEvent { get; set; }
}

/// <summary>A run of hits as the events make it now: indexes of its first and last hit.</summary>
internal readonly record struct Run(int FirstHit, int LastHit, DateTime First, DateTime Last, DateTime ClosesAt);
