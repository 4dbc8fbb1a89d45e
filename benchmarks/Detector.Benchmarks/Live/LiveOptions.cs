namespace Detector.Benchmarks.Live;

/// <summary>What is sent, and how fast.</summary>
internal sealed record LiveOptions
{
    public string Program { get; init; } = "detector";

    public double Rate { get; init; } = 20_000;

    /// <summary>Megabytes a second; null when <see cref="Rate"/> says how fast.</summary>
    public double? Megabytes { get; init; }

    public double Seconds { get; init; } = 12;

    public int RecordsAMessage { get; init; } = 20;
}
