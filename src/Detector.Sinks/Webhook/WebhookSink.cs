using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Detector.Sinks.Delivery;
using Detector.Sinks.Http;

namespace Detector.Sinks.Webhook;

/// <summary>
/// Each revision of an alert as a CloudEvent 1.0, to an address of your own. With a key it is signed:
/// <c>X-Signature: t=UNIX,v1=HEX</c>, the HMAC-SHA256 of <c>UNIX.BODY</c>. A receiver that answers 410 is not called again.
/// </summary>
public sealed class WebhookSink(SinkHttp http, Uri address, byte[]? key, TimeProvider clock) : IAlertSink
{
    /// <inheritdoc />
    public string Name { get; init; } = "Webhook";

    /// <summary>What the data of an event is.</summary>
    public WebhookFormat Format { get; init; }

    /// <summary>Whether the body is the data alone, and the rest of the event stands in headers; otherwise the body is the whole event.</summary>
    public bool IsBinary { get; init; }

    /// <inheritdoc />
    public int BatchMax => 1;

    /// <inheritdoc />
    public async Task<SendOutcome> SendAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        foreach (var alert in alerts)
        {
            var answer = await http.SendAsync(RequestOf(CloudEvent.Of(alert, Format)), cancellation);
            if (answer.Status == 410) throw new SinkGoneException($"{address.IdnHost} answered 410: it asks for no more events.");
        }

        return SendOutcome.Accepted;
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

    private HttpRequestMessage RequestOf(CloudEvent sent)
    {
        var body = IsBinary ? sent.Data.ToArray() : sent.Structured();
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(IsBinary ? sent.ContentType : "application/cloudevents+json", "utf-8");
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        foreach (var (name, value) in IsBinary ? sent.Headers() : []) request.Headers.TryAddWithoutValidation(name, value);
        if (key is not null) request.Headers.TryAddWithoutValidation("X-Signature", Signature(key, body, clock.GetUtcNow()));
        return request;
    }
}
