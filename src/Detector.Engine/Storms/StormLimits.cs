namespace Detector.Engine.Storms;

/// <summary>When alerts are a storm, and how much is kept of one.</summary>
public static class StormLimits
{
    /// <summary>So many alerts of one rule within <see cref="Within"/> are a storm, where neither the rule nor the tenant says otherwise.</summary>
    public const int Alerts = 50;

    /// <summary>A rule or a tenant can ask for no more.</summary>
    public const int AlertsMax = 10_000;

    /// <summary>Alerts of one rule that are kept for counting; what exceeds them is added to the count, but not shown.</summary>
    public const int KeptMax = 100_000;

    /// <summary>The window, both ends in; and how long it must be quiet for a storm to be over.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromHours(1);

    /// <summary>What goes on for longer is told of by another alert.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);
}
