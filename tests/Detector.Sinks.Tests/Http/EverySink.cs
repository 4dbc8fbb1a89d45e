using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Azure.Core;
using Detector.Sinks.Delivery;
using Detector.Sinks.PagerDuty;
using Detector.Sinks.Sentinel;
using Detector.Sinks.Sms;
using Detector.Sinks.Teams;
using Detector.Sinks.Webhook;
using Microsoft.AspNetCore.Http;

namespace Detector.Sinks.Tests.Http;

/// <summary>Each sink that calls a service, as a row: how it is made, what its service answers when all is well, and by what a receiver knows a repeat.</summary>
internal static class EverySink
{
    private static readonly TimeZoneInfo s_zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");

    private static readonly ImmutableArray<Row> s_rows =
    [
        new("Teams", (service, clock) => new TeamsSink(service.Client(clock), new Uri(service.Address, "/hook?sig=x"), new CardOptions { TimeZone = s_zone, AlertAddress = "https://security.microsoft.com/alerts/{alertId}" }), 202, "",
            body => body.GetProperty("attachments")[0].GetProperty("content").GetProperty("actions")[0].GetProperty("url").GetString()),
        new("Webhook", (service, clock) => new WebhookSink(service.Client(clock), new Uri(service.Address, "/events"), "key"u8.ToArray(), clock), 202, "", body => body.GetProperty("id").GetString()),
        new("Webhook-ocsf", (service, clock) => new WebhookSink(service.Client(clock), new Uri(service.Address, "/events"), "key"u8.ToArray(), clock) { Format = WebhookFormat.Ocsf, IsBinary = true }, 202, "", body => body.GetProperty("metadata").GetProperty("uid").GetString()),
        new("Sentinel", (service, clock) => new SentinelSink(service.Client(clock), service.Address, "dcr-1", "Custom-PimDetections", new FixedToken()), 204, "", body => $"{body[0].GetProperty("AlertId")}/{body[0].GetProperty("Revision")}"),
        new("PagerDuty", (service, clock) => new PagerDutySink(service.Client(clock), service.Address, "routing-key"), 202, """{"status":"success"}""", body => body.GetProperty("dedup_key").GetString()),
        new("Sms", (service, clock) => new SmsSink(service.Client(clock), new SmsOptions { Endpoint = service.Address, From = "Detector", To = ["+31612345678"], AccessKey = "key"u8.ToArray(), TimeZone = s_zone }, clock), 202,
            """{"value":[{"to":"+31612345678","messageId":"m1","httpStatusCode":202,"repeatabilityResult":"accepted","successful":true}]}""", body => body.GetProperty("smsRecipients")[0].GetProperty("repeatabilityRequestId").GetString()),
    ];

    public static IEnumerable<string> Kinds => s_rows.Select(row => row.Kind);

    public static IAlertSink Make(string kind, ServiceOverTls service, TimeProvider clock) => Of(kind).Make(service, clock);

    /// <summary>The answer of a service that has taken what it was sent.</summary>
    public static Task GoodAsync(string kind, HttpContext context) => ServiceOverTls.Status(context, Of(kind).Status, Of(kind).Answer);

    /// <summary>By what the receiver of a call would know it again.</summary>
    public static string? KeyOf(string kind, ServiceOverTls.Received call)
    {
        using var body = JsonDocument.Parse(TextOf(call));
        return Of(kind).KeyOf(body.RootElement);
    }

    public static string TextOf(ServiceOverTls.Received call)
    {
        if (!call.Headers.TryGetValue("Content-Encoding", out var encoding) || encoding != "gzip") return Encoding.UTF8.GetString(call.Body);
        using var unpacked = new StreamReader(new GZipStream(new MemoryStream(call.Body), CompressionMode.Decompress));
        return unpacked.ReadToEnd();
    }

    private static Row Of(string kind) => s_rows.First(row => row.Kind == kind);

    private sealed record Row(string Kind, Func<ServiceOverTls, TimeProvider, IAlertSink> Make, int Status, string Answer, Func<JsonElement, string?> KeyOf);

    private sealed class FixedToken : TokenCredential
    {
        private static readonly AccessToken s_token = new("token", new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => s_token;

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(s_token);
    }
}
