namespace Detector.Sources.LogAnalytics;

/// <summary>What became of one query, where it is not an outage.</summary>
internal abstract record QueryOutcome
{
    private QueryOutcome()
    {
    }

    /// <summary>All rows of the window, in the block that was given.</summary>
    public sealed record Rows(int Count, int Bytes) : QueryOutcome;

    /// <summary>The service gave a part, or none in time: ask for less.</summary>
    public sealed record TooMuch(string Reason, bool IsTimeout) : QueryOutcome;

    /// <summary>The workspace has no such table.</summary>
    public sealed record NoTable : QueryOutcome;

    /// <summary>Ask again, after a pause: as long as the service said, or by our own count.</summary>
    public sealed record Again(string Reason, TimeSpan? After, bool IsThrottled) : QueryOutcome;
}
