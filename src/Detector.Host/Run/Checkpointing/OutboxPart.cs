using System.Globalization;
using System.Text.Json;

namespace Detector.Host.Run.Checkpointing;

/// <summary>A part with alerts that some sink does not have.</summary>
/// <param name="Epoch">Of the owner that wrote it: two never write the same part.</param>
/// <param name="First">The number of its first alert.</param>
/// <param name="Last">The number of its last alert.</param>
internal sealed record OutboxPart(long Epoch, long First, long Last)
{
    /// <summary>Its name among the parts of the checkpoint.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"outbox-{Epoch}-{First}-{Last}");

    public static OutboxPart Read(JsonElement part) => new(part.GetProperty("epoch").GetInt64(), part.GetProperty("first").GetInt64(), part.GetProperty("last").GetInt64());

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("epoch", Epoch);
        json.WriteNumber("first", First);
        json.WriteNumber("last", Last);
        json.WriteEndObject();
    }
}
