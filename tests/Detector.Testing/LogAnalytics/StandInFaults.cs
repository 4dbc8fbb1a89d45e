namespace Detector.Testing.LogAnalytics;

/// <summary>The limits of a stand-in, and how often it fails on purpose; all of it follows from the seed and the query.</summary>
public sealed record StandInFaults
{
    public int Seed { get; init; }

    /// <summary>More rows are cut off, and the answer has an error behind them.</summary>
    public int RowsMax { get; init; } = 500_000;

    /// <summary>More bytes are cut off likewise.</summary>
    public int BytesMax { get; init; } = 100 * 1024 * 1024;

    /// <summary>Whether an answer cut off at <see cref="RowsMax"/> says so.</summary>
    public bool IsSilentAboutRows { get; init; }

    /// <summary>Queries that touch more rows than this get no answer in time.</summary>
    public int TimeoutRows { get; init; } = int.MaxValue;

    /// <summary>Of a hundred first tries, how many fail in some way.</summary>
    public int Percent { get; init; }

    /// <summary>The status of every answer; 0 for what the query deserves.</summary>
    public int AlwaysStatus { get; init; }

    /// <summary>How long the first query is told to wait; 0 for not at all.</summary>
    public int FirstWaitsSeconds { get; init; }

    /// <summary>The code in the error of <see cref="AlwaysStatus"/>.</summary>
    public string AlwaysCode { get; init; } = "";
}
