using System.Collections.Immutable;

namespace Detector.Sinks.Delivery;

/// <summary>What a sink made of a batch, alert by alert. Whatever is neither refused nor to be tried again was accepted.</summary>
/// <param name="Refused">Those that it will never take, by their place in the batch, each with the reason.</param>
/// <param name="Later">Those to be tried again, by their place in the batch, each with the reason.</param>
public sealed record SendOutcome(ImmutableDictionary<int, string> Refused, ImmutableDictionary<int, string> Later)
{
    /// <summary>All were accepted.</summary>
    public static SendOutcome Accepted { get; } = new(ImmutableDictionary<int, string>.Empty, ImmutableDictionary<int, string>.Empty);

    /// <summary>After so long those are tried again; null where the service names no time.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
