using Detector.Engine.Rules;

namespace Detector.Sinks.Teams;

/// <summary>What a card shows beside the alert.</summary>
public sealed record CardOptions
{
    /// <summary>The zone in which people read times.</summary>
    public required TimeZoneInfo TimeZone { get; init; }

    /// <summary>Where alerts are looked at; null for no button. <c>{alertId}</c> stands for the alert's id.</summary>
    public string? AlertAddress { get; init; }

    /// <summary>Who is mentioned.</summary>
    public IReadOnlyList<CardMention> Mentions { get; init; } = [];

    /// <summary>A card may have so many bytes; the service takes about 28 KB.</summary>
    public int BytesMax { get; init; } = 24_000;
}

/// <summary>Somebody who is mentioned for alerts from a severity on.</summary>
/// <param name="Id">The Entra object id or user principal name.</param>
/// <param name="Name">The name that is shown.</param>
/// <param name="From">The least severity.</param>
public sealed record CardMention(string Id, string Name, Severity From);
