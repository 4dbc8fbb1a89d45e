namespace Detector.Sources.Live;

/// <summary>How a source is.</summary>
/// <param name="IsConnected">Whether it reaches what it reads from.</param>
/// <param name="IsCaughtUp">Whether it has handed out all there is, as far as it knows.</param>
/// <param name="Reason">Why not, as a sentence; null when all is well.</param>
public sealed record SourceHealth(bool IsConnected, bool IsCaughtUp, string? Reason);
