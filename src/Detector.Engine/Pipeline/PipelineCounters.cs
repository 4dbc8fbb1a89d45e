namespace Detector.Engine.Pipeline;

/// <summary>Counts of one pipeline since its stream began; a snapshot carries them on.</summary>
public sealed class PipelineCounters
{
    /// <summary>Events taken.</summary>
    public long Events { get; internal set; }

    /// <summary>Events with an id that had been seen.</summary>
    public long Duplicates { get; internal set; }

    /// <summary>Events later than the allowed lateness: counted and reported, but not detected on.</summary>
    public long Late { get; internal set; }

    /// <summary>Matches of a subject whose alert had become final before: one subject alerts once.</summary>
    public long Repeats { get; internal set; }

    /// <summary>Alerts, each once whatever its revisions.</summary>
    public long Alerts { get; internal set; }

    /// <summary>Revisions beyond the first of each alert.</summary>
    public long Revisions { get; internal set; }

    internal void Save(BinaryWriter output)
    {
        foreach (var count in (ReadOnlySpan<long>)[Events, Duplicates, Late, Repeats, Alerts, Revisions]) output.Write(count);
    }

    internal void Restore(BinaryReader input)
    {
        Events = input.ReadInt64();
        Duplicates = input.ReadInt64();
        Late = input.ReadInt64();
        Repeats = input.ReadInt64();
        Alerts = input.ReadInt64();
        Revisions = input.ReadInt64();
    }
}
