using Detector.Engine.Rules;

namespace Detector.Host.Scaffold;

/// <summary>What <c>detector rules new</c> was told; null where it has to ask, or to take what is usual.</summary>
internal sealed record DraftOptions
{
    public string? Kind { get; init; }

    public string? Title { get; init; }

    public string? Name { get; init; }

    public Severity? Level { get; init; }

    public IReadOnlyList<string> On { get; init; } = [];

    public string? Rules { get; init; }

    public string? Output { get; init; }
}
