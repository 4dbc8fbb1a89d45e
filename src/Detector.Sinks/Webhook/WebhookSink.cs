using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Detector.Engine.Alerts;
using Detector.Sinks.Delivery;
using Detector.Sinks.Http;

namespace Detector.Sinks.Webhook;

/// <summary>
/// Each revision of an alert as a CloudEvent 1.0 in structured mode, to an address of your own. With a key it is signed:
/// <c>X-Signature: t=UNIX,v1=HEX</c>, the HMAC-SHA256 of <c>UNIX.BODY</c>. A receiver that answers 410 is not called again.
/// </summary>
public sealed class WebhookSink(SinkHttp http, Uri address, byte[]? key, TimeProvider clock) : IAlertSink
{
    /// <summary>The type of the events.</summary>
    public const string EventType = "detector.alert.v1";

    /// <inheritdoc />
    public string Name { get; init; } = "Webhook";

    /// <inheritdoc />
    public int BatchMax => 1;

    /// <inheritdoc />
    public async Task<SendOutcome> SendAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        foreach (var alert in alerts)
        {
            var body = EventOf(alert);
            var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json", "utf-8");
            var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
            if (key is not null) request.Headers.TryAddWithoutValidation("X-Signature", Signature(key, body, clock.GetUtcNow()));
            var answer = await http.SendAsync(request, cancellation);
            if (answer.Status == 410) throw new SinkGoneException($"{address.IdnHost} answered 410: it asks for no more events.");
        }

        return SendOutcome.Accepted;
    }

    /// <summary>The event of an alert. Its id is that of the alert, its revision, and whether it is its closing, so that a receiver knows a repeat.</summary>
    public static byte[] EventOf(OutgoingAlert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var document = alert.Document;
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", string.Create(CultureInfo.InvariantCulture, $"{alert.Id:D}/{alert.Revision}{(alert.IsFinal ? "/final" : "")}"));
            json.WriteString("source", $"urn:detector:{Uri.EscapeDataString(document.TenantId ?? "unknown")}");
            json.WriteString("type", EventType);
            json.WriteString("time", AlertJson.Time(document.EventTime));
            json.WriteString("subject", document.RuleName.Length > 0 ? document.RuleName : document.RuleId);
            json.WriteString("datacontenttype", "application/json");
            json.WritePropertyName("data");
            json.WriteRawValue(alert.Json.Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>The signature of a body at a time.</summary>
    public static string Signature(byte[] key, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.ASCII.GetBytes(time + "."));
        hmac.AppendData(body);
        return $"t={time},v1={Convert.ToHexStringLower(hmac.GetHashAndReset())}";
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }
}
