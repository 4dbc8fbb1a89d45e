using System.Globalization;
using System.Text;
using System.Text.Json;
using Detector.Engine.Alerts;
using Detector.Sinks.Delivery;

namespace Detector.Sinks.Webhook;

/// <summary>An alert as a CloudEvent 1.0: its attributes and its data. Its id is that of the alert, its revision, and whether it is its closing, so that a receiver knows a repeat.</summary>
public sealed class CloudEvent
{
    private const int SubjectMax = 200;

    private CloudEvent(IReadOnlyList<(string, string)> attributes, string contentType, byte[] data)
    {
        (Attributes, ContentType, Data) = (attributes, contentType, data);
    }

    /// <summary>The attributes, without the type of the data.</summary>
    public IReadOnlyList<(string Name, string Value)> Attributes { get; }

    /// <summary>The type of the data.</summary>
    public string ContentType { get; }

    /// <summary>The data.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The event of an alert.</summary>
    public static CloudEvent Of(OutgoingAlert alert, WebhookFormat format)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var document = alert.Document;
        var (type, schema, contentType) = format switch
        {
            WebhookFormat.Ocsf => ("detector.ocsf.detection_finding.v1", OcsfFinding.Schema, "application/json"),
            WebhookFormat.Cef => ("detector.cef.v1", null, "text/plain"),
            _ => ("detector.alert.v1", "urn:detector:schema:alert:1", "application/json"),
        };
        List<(string, string)> attributes =
        [
            ("specversion", "1.0"),
            ("id", IdOf(alert)),
            ("source", $"urn:detector:{Uri.EscapeDataString(document.TenantId ?? "unknown")}"),
            ("type", type),
            ("time", AlertJson.Time(document.EventTime)),
        ];
        if (schema is not null) attributes.Add(("dataschema", schema));

        // An attribute may have no control characters and no halves of pairs, and must not be empty.
        if (PlainText.Clean(document.RuleName.Length > 0 ? document.RuleName : document.RuleId, SubjectMax) is { Length: > 0 } subject) attributes.Add(("subject", subject));
        return new CloudEvent(attributes, contentType, format switch
        {
            WebhookFormat.Ocsf => OcsfFinding.Of(alert),
            WebhookFormat.Cef => Encoding.UTF8.GetBytes(CefLine.Of(alert)),
            _ => alert.Json.ToArray(),
        });
    }

    /// <summary>What makes one sending of an alert differ from another.</summary>
    public static string IdOf(OutgoingAlert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return string.Create(CultureInfo.InvariantCulture, $"{alert.Id:D}/{alert.Revision}{(alert.IsFinal ? "/final" : "")}");
    }

    /// <summary>The event as one piece of JSON.</summary>
    public byte[] Structured()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach (var (name, value) in Attributes) json.WriteString(name, value);
            json.WriteString("datacontenttype", ContentType);
            json.WritePropertyName("data");
            if (ContentType == "application/json") json.WriteRawValue(Data.Span, skipInputValidation: true);
            else json.WriteStringValue(Data.Span);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>The attributes as headers for an event whose body is the data: what is no visible ASCII, and <c>"</c> and <c>%</c>, is percent-encoded.</summary>
    public IEnumerable<(string Name, string Value)> Headers() => Attributes.Select(attribute => ($"ce-{attribute.Name}", Encoded(attribute.Value)));

    private static string Encoded(string value)
    {
        var header = new StringBuilder(value.Length);
        foreach (var unit in Encoding.UTF8.GetBytes(value))
        {
            if (unit is > 0x20 and < 0x7F and not (byte)'"' and not (byte)'%') header.Append((char)unit);
            else header.Append(CultureInfo.InvariantCulture, $"%{unit:X2}");
        }

        return header.ToString();
    }
}
