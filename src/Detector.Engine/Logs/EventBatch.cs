using Detector.Engine.Entra;

namespace Detector.Engine.Logs;

/// <summary>An event that at least one rule matched, with the indexes of those rules in <c>RuleSet.Sigma</c>, ascending.</summary>
public readonly record struct MatchedEvent(LogEvent Event, int[] Matches);

/// <summary>A record that could not be read: where, why (a sentence), and its first bytes.</summary>
public sealed record RejectedRecord(RecordPlace Place, string Reason, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Of a rejected record at most this many bytes are kept.</summary>
    public const int BytesKeptMax = 64 * 1024;
}

/// <summary>What one block of input gave, in the order of the input. Made on any thread, consumed in order.</summary>
public sealed class EventBatch
{
    private readonly long[] _categories = new long[LogStreams.Names.Count];

    /// <summary>Entra's categories in the order of <see cref="OfCategory"/>; the first is for whatever is none of them.</summary>
    public static IReadOnlyList<string> Categories { get; } = ["other", .. LogStreams.Names.Skip(1)];

    /// <summary>The file or partition it was read from.</summary>
    public required string Source { get; init; }

    /// <summary>Events that some rule matched, in order.</summary>
    public List<MatchedEvent> Events { get; } = [];

    /// <summary>Records that could not be read.</summary>
    public List<RejectedRecord> Rejects { get; } = [];

    /// <summary>Records seen, rejected ones included.</summary>
    public long Records { get; set; }

    /// <summary>Of these, records that were parsed; the rest was dismissed by the prefilter or rejected.</summary>
    public long Parsed { get; set; }

    /// <summary>Input bytes (before decompression) that the batch stands for.</summary>
    public long Bytes { get; set; }

    /// <summary>Records that could be read, by category: as many as <see cref="Records"/> without the rejected ones. Dismissed ones are among them.</summary>
    public ReadOnlySpan<long> OfCategory => _categories;

    /// <summary>The place of an event's category among <see cref="Categories"/>.</summary>
    public static int CategoryOf(LogEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        return (int)LogStreams.OfName(logged.Text(CanonicalField.Category));
    }

    /// <summary>Adds the counts of another batch, by category too; its events and rejects are the caller's to move.</summary>
    public void AddCounts(EventBatch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Records += other.Records;
        Parsed += other.Parsed;
        Bytes += other.Bytes;
        for (var i = 0; i < _categories.Length; i++) _categories[i] += other._categories[i];
    }

    /// <summary>Counts what is in <see cref="Events"/> and <see cref="Rejects"/>, and nothing else any more.</summary>
    public void Recount()
    {
        Records = Events.Count + Rejects.Count;
        Parsed = Events.Count;
        Array.Clear(_categories);
        foreach (var matched in Events) _categories[CategoryOf(matched.Event)]++;
    }

    /// <summary>Empties it, to be filled anew.</summary>
    public void Clear()
    {
        Events.Clear();
        Rejects.Clear();
        ClearCounts();
    }

    /// <summary>Sets all counts to 0: another batch has taken them over.</summary>
    public void ClearCounts()
    {
        (Records, Parsed, Bytes) = (0, 0, 0);
        Array.Clear(_categories);
    }

    internal void Saw(LogStream stream) => _categories[(int)stream]++;
}
