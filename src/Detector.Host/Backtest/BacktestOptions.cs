using Detector.Host.Replay;

namespace Detector.Host.Backtest;

/// <summary>What <c>detector rules backtest</c> was asked for; times are still as written.</summary>
internal sealed record BacktestOptions
{
    public required string Old { get; init; }

    public required string New { get; init; }

    public required IReadOnlyList<string> Paths { get; init; }

    public AlertFormat Format { get; init; } = AlertFormat.Table;

    public string? Since { get; init; }

    public string? Until { get; init; }

    public TimeSpan? Lateness { get; init; }

    public int Threads { get; init; } = 1;

    public bool HasProgress { get; init; }
}
