namespace Detector.Engine.Windows;

/// <summary>What a group of a first-seen rule is about, and when that was last seen, of the events that are no longer in the group.</summary>
internal sealed class SeenValue(GroupValue key)
{
    public GroupValue Key { get; } = key;

    /// <summary>Null when it was never seen before.</summary>
    public DateTime? Last { get; set; }
}
