namespace Detector.Host.Tests.Run;

/// <summary>A message as a Kafka client sends it.</summary>
/// <param name="Value">Its text; null for a message without a value, as compacted topics have it.</param>
/// <param name="Key">Its partition key.</param>
/// <param name="Codec">How the client compresses it.</param>
internal sealed record WireMessage(string? Value, string? Key = null, string Codec = "none")
{
    /// <summary>What some senders put beside the text.</summary>
    public (string Name, string Value)[] Headers { get; init; } = [];
}
