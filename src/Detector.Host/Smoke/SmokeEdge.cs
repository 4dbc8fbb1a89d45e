namespace Detector.Host.Smoke;

/// <summary>One thing outside of the process that a worker depends on.</summary>
/// <param name="Name">As the report calls it.</param>
/// <param name="Try">Uses it for real, and says what it found; throws what went wrong.</param>
/// <param name="Needs">An edge without which it makes no sense to try; null for none.</param>
internal sealed record SmokeEdge(string Name, Func<CancellationToken, Task<string>> Try, string? Needs = null);
