using System.Text;
using System.Text.Json;
using Detector.Engine.Rules;

namespace Detector.Sinks.Delivery;

/// <summary>An alert that a sink refused.</summary>
/// <param name="Sink">The sink's name.</param>
/// <param name="Reason">Why, as a sentence.</param>
/// <param name="Alert">The alert.</param>
public sealed record DeadLetter(string Sink, string Reason, OutgoingAlert Alert)
{
    /// <summary>Reads a line of a <see cref="DeadLetterFile"/>.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static DeadLetter Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        var letter = json.RootElement;
        var alert = letter.GetProperty("alert");
        var severity = Enum.Parse<Severity>(alert.GetProperty("severity").GetString() ?? "", ignoreCase: true);
        var outgoing = new OutgoingAlert(letter.GetProperty("number").GetInt64(), alert.GetProperty("alertId").GetGuid(), alert.GetProperty("revision").GetInt32(), alert.GetProperty("final").GetBoolean(), severity, Encoding.UTF8.GetBytes(alert.GetRawText()));
        return new DeadLetter(letter.GetProperty("sink").GetString() ?? "", letter.GetProperty("reason").GetString() ?? "", outgoing with { IsClosing = letter.GetProperty("closing").GetBoolean() });
    }
}
