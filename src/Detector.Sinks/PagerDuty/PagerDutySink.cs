using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;
using Detector.Sinks.Http;

namespace Detector.Sinks.PagerDuty;

/// <summary>
/// Events of PagerDuty (Events API v2): a phone that rings. The alert's id is the key of the incident, so that revisions and repeats change
/// it and make no other. An alert that has become part of another is resolved; a closing, which only says that nothing will change
/// it any more, is not sent: whether it is dealt with is for people to say.
/// </summary>
public sealed class PagerDutySink(SinkHttp http, Uri address, string routingKey) : IAlertSink
{
    private const int SummaryMax = 1024;

    /// <summary>The hosts of the service.</summary>
    public static IReadOnlyList<string> Hosts { get; } = ["events.pagerduty.com", "events.eu.pagerduty.com"];

    /// <inheritdoc />
    public string Name { get; init; } = "PagerDuty";

    /// <inheritdoc />
    public int BatchMax => 1;

    /// <inheritdoc />
    public async Task<SendOutcome> SendAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        foreach (var alert in alerts.Where(alert => !alert.IsClosing))
        {
            var content = new ByteArrayContent(EventOf(alert, routingKey));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            var answer = await http.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/v2/enqueue")) { Content = content }, cancellation);
            if (answer.Status != 202) throw new HttpRequestException($"{address.IdnHost} answered {answer.Status} where 202 means that it was accepted: {http.Clean(answer.Body)}");
        }

        return SendOutcome.Accepted;
    }

    /// <summary>The event of an alert.</summary>
    public static byte[] EventOf(OutgoingAlert alert, string routingKey)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var document = alert.Document;
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("routing_key", routingKey);
            json.WriteString("event_action", document.MergedInto is null ? "trigger" : "resolve");
            json.WriteString("dedup_key", alert.Id);
            json.WriteString("client", "Detector");
            json.WriteStartObject("payload");
            var score = document.Score is { } points ? string.Create(CultureInfo.InvariantCulture, $" {points}") : "";
            json.WriteString("summary", PlainText.Clean($"{AlertJson.Word(alert.Severity).ToUpperInvariant()}{score}: {document.Title}: {document.Actor?.Upn ?? document.Actor?.Id ?? "unknown"}", SummaryMax - 60));
            json.WriteString("source", PlainText.Clean(document.TenantId ?? "unknown"));
            json.WriteString("severity", Word(alert.Severity));
            json.WriteString("timestamp", AlertJson.Time(document.EventTime));
            json.WriteString("class", PlainText.Clean(document.RuleName));
            json.WriteStartObject("custom_details");
            json.WriteNumber("revision", alert.Revision);
            Detail(json, "role", document.Role?.Name);
            Detail(json, "where", string.Join(", ", ((string?[])[document.City, document.Country, document.Ip]).Where(part => !string.IsNullOrEmpty(part))));
            Detail(json, "justification", document.Justification);
            Detail(json, "ticket", document.Ticket);
            Detail(json, "reasons", string.Join("; ", document.Factors.Take(20).Select(factor => string.Create(CultureInfo.InvariantCulture, $"{factor.Points:+0;-0;0} {factor.Because}"))));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartArray("links");
            if (Uri.TryCreate(document.Runbook, UriKind.Absolute, out var runbook) && runbook.Scheme == Uri.UriSchemeHttps && runbook.UserInfo.Length == 0)
            {
                json.WriteStartObject();
                json.WriteString("href", runbook.AbsoluteUri);
                json.WriteString("text", "Runbook");
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Detail(Utf8JsonWriter json, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text)) json.WriteString(name, PlainText.Clean(text, 1000));
    }

    private static string Word(Severity severity) => severity switch
    {
        Severity.Critical => "critical",
        Severity.High => "error",
        Severity.Medium => "warning",
        _ => "info",
    };
}
