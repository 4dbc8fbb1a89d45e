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
}
