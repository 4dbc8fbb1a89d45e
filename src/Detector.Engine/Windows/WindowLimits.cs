namespace Detector.Engine.Windows;

/// <summary>What window rules keep at most; what exceeds it is counted.</summary>
public static class WindowLimits
{
    /// <summary>Events of one group of one rule; the oldest are dropped.</summary>
    public const int EventsPerGroup = 4096;

    /// <summary>Groups of one rule at once; events of further groups are left out.</summary>
    public const int GroupsPerRule = 1_000_000;

    /// <summary>Values that one first-seen rule remembers; those that were not seen for longest are forgotten.</summary>
    public const int ValuesPerRule = 4_000_000;

    /// <summary>What happens so long after the first find is no longer added to its alert, but repeats it.</summary>
    public static readonly TimeSpan Episode = TimeSpan.FromHours(24);
}
