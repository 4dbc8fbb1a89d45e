using System.Collections.Immutable;
using System.IO.Compression;
using System.Net.Http.Headers;
using Azure.Core;
using Detector.Sinks.Delivery;
using Detector.Sinks.Http;

namespace Detector.Sinks.Sentinel;

/// <summary>
/// Rows of <c>PimDetections_CL</c> by the Logs Ingestion API, one a revision. The service has no idempotency key: a repeat is a second row with
/// the same <c>AlertId</c> and <c>Revision</c>, and queries take one of them. 204 says that it was accepted, not that it is stored.
/// </summary>
public sealed class SentinelSink : IAlertSink
{
    private const string Scope = "https://monitor.azure.com//.default";

    // Of the uncompressed array; the service takes 1 MB.
    private const int BodyMax = 950_000;

    private readonly SinkHttp _http;
    private readonly TokenCredential _credential;
    private readonly Uri _address;

    /// <summary>A sink.</summary>
    /// <param name="http">Calls it; disposed of with this.</param>
    /// <param name="endpoint">The rule's endpoint for ingestion.</param>
    /// <param name="rule">The immutable id of the data collection rule.</param>
    /// <param name="stream">The stream, such as <c>Custom-PimDetections</c>.</param>
    /// <param name="credential">Gives tokens.</param>
    public SentinelSink(SinkHttp http, Uri endpoint, string rule, string stream, TokenCredential credential)
    {
        _http = http;
        _credential = credential;
        _address = new Uri(endpoint, $"/dataCollectionRules/{Uri.EscapeDataString(rule)}/streams/{Uri.EscapeDataString(stream)}?api-version=2023-01-01");
    }

    /// <summary>The hosts of the service.</summary>
    public static IReadOnlyList<string> Hosts { get; } = ["*.ingest.monitor.azure.com", "*.ingest.monitor.azure.us", "*.ingest.monitor.azure.cn"];

    /// <inheritdoc />
    public string Name { get; init; } = "Sentinel";

    /// <inheritdoc />
    public int BatchMax => 500;

    /// <inheritdoc />
    public async Task<SendOutcome> SendAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        var sent = 0;
        while (sent < alerts.Count)
        {
            var (body, count) = BodyOf(alerts, sent);
            try
            {
                await PostAsync(body, alerts[sent].Id, cancellation);
            }
            catch (Exception cause) when (sent > 0 && cause is not OperationCanceledException)
            {
                // Those before were accepted; the lane asks about the rest anew, and gets the reason then.
                return SendOutcome.Accepted with { Later = Enumerable.Range(sent, alerts.Count - sent).ToImmutableDictionary(at => at, _ => cause.Message), RetryAfter = (cause as SinkBusyException)?.RetryAfter };
            }

            sent += count;
        }

        return SendOutcome.Accepted;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static (byte[] Body, int Count) BodyOf(IReadOnlyList<OutgoingAlert> alerts, int from)
    {
        using var body = new MemoryStream();
        var count = 0;
        for (var at = from; at < alerts.Count; at++)
        {
            var row = DetectionRow.Of(alerts[at]);
            if (count > 0 && body.Length + row.Length + 2 > BodyMax) break;
            body.WriteByte(count == 0 ? (byte)'[' : (byte)',');
            body.Write(row);
            count++;
        }

        body.WriteByte((byte)']');
        return (body.ToArray(), count);
    }

    private async Task PostAsync(byte[] body, Guid about, CancellationToken cancellation)
    {
        var token = await _credential.GetTokenAsync(new TokenRequestContext([Scope]), cancellation);
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync(body, cancellation);
        var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
        request.Headers.TryAddWithoutValidation("x-ms-client-request-id", about.ToString());
        var answer = await _http.SendAsync(request, cancellation);

        // Anything but 204 is no acceptance, whatever it is.
        if (answer.Status != 204) throw new HttpRequestException($"{_address.IdnHost} answered {answer.Status} where 204 means that it was accepted.");
    }
}
