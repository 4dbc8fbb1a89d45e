using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Core;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;
using Detector.Sinks.Http;

namespace Detector.Sinks.Sms;

/// <summary>
/// Text messages, by Azure Communication Services. A message says how grave and which rule, and nothing of anybody: phones lie on tables. Each
/// alert is told once, and again when it becomes graver. The service knows a repeat by an id that follows from alert, severity and number.
/// </summary>
public sealed class SmsSink : IAlertSink
{
    /// <summary>The most numbers that one call takes.</summary>
    public const int RecipientsMax = 100;

    private const string PathAndQuery = "/sms?api-version=2021-03-07";
    private const string Scope = "https://communication.azure.com//.default";
    private const int RememberedMax = 2000;

    private readonly SinkHttp _http;
    private readonly SmsOptions _options;
    private readonly TimeProvider _clock;
    private readonly Dictionary<Guid, (Severity? Told, Severity Tried, DateTimeOffset FirstTried)> _known = [];
    private readonly Queue<Guid> _order = new();

    /// <summary>A sink.</summary>
    /// <param name="http">Calls it; disposed of with this.</param>
    /// <param name="options">From whom, to whom, as whom.</param>
    /// <param name="clock">Dates requests.</param>
    public SmsSink(SinkHttp http, SmsOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_http, _options, _clock) = (http, options, clock);
    }

    /// <summary>The hosts of the service.</summary>
    public static IReadOnlyList<string> Hosts { get; } = ["*.communication.azure.com"];

    /// <inheritdoc />
    public string Name { get; init; } = "Sms";

    /// <inheritdoc />
    public int BatchMax => 1;

    /// <inheritdoc />
    public async Task<SendOutcome> SendAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        for (var at = 0; at < alerts.Count; at++)
        {
            var alert = alerts[at];
            var isKnown = _known.TryGetValue(alert.Id, out var known);
            if (alert.IsClosing || alert.Document.MergedInto is not null || (isKnown && alert.Severity <= known.Told)) continue;
            if (!isKnown) Remember(alert.Id, (null, alert.Severity, _clock.GetUtcNow()));
            else if (known.Tried != alert.Severity) _known[alert.Id] = (known.Told, alert.Severity, _clock.GetUtcNow());
            var outcome = await PostAsync(alert, _known[alert.Id].FirstTried, cancellation);
            if (outcome.Later is { } later) return new SendOutcome(SendOutcome.Accepted.Refused, Enumerable.Range(at, alerts.Count - at).ToImmutableDictionary(left => left, _ => later));
            if (outcome.Refused is { } refused) return new SendOutcome(SendOutcome.Accepted.Refused.Add(at, refused), Enumerable.Range(at + 1, alerts.Count - at - 1).ToImmutableDictionary(left => left, _ => "It comes after one that was refused."));
            _known[alert.Id] = _known[alert.Id] with { Told = alert.Severity };
        }

        return SendOutcome.Accepted;
    }

    /// <summary>The text about an alert: severity, rule and time, and where to look. Of nobody.</summary>
    public string TextOf(OutgoingAlert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var rule = string.Concat(alert.Document.RuleName.Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'));
        var local = TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(alert.Document.EventTime, DateTimeKind.Utc), _options.TimeZone);
        var where = _options.AlertAddress is { } address ? " " + address.Replace("{alertId}", alert.Id.ToString("D"), StringComparison.Ordinal) : "";
        return string.Create(CultureInfo.InvariantCulture, $"Detector {AlertJson.Word(alert.Severity).ToUpperInvariant()} {rule[..Math.Min(rule.Length, 80)]} {local:HH:mm}{where}");
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<(string? Refused, string? Later)> PostAsync(OutgoingAlert alert, DateTimeOffset firstTried, CancellationToken cancellation)
    {
        var body = BodyOf(alert, firstTried);
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_options.Endpoint, PathAndQuery)) { Content = content };
        if (_options.AccessKey is { } key) Sign(request, body, key, _clock.GetUtcNow());
        else request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await _options.Credential!.GetTokenAsync(new TokenRequestContext([Scope]), cancellation)).Token);
        var answer = await _http.SendAsync(request, cancellation);
        if (answer.Status != 202) throw new HttpRequestException($"{_options.Endpoint.IdnHost} answered {answer.Status} where 202 means that it was accepted.");

        // Within a 202 each number has a result of its own.
        var problems = new List<(bool IsFinal, string Text)>();
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            foreach (var result in json.RootElement.GetProperty("value").EnumerateArray().Where(result => !result.GetProperty("successful").GetBoolean()))
            {
                var status = result.TryGetProperty("httpStatusCode", out var code) ? code.GetInt32() : 0;
                var said = result.TryGetProperty("errorMessage", out var message) ? message.GetString() ?? "" : "";
                problems.Add((status is >= 400 and < 500 and not 408 and not 429, $"the number that ends in {Last(result.GetProperty("to").GetString())}: {status} {_http.Clean(said)}".TrimEnd()));
            }
        }
        catch (Exception cause) when (cause is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new HttpRequestException($"{_options.Endpoint.IdnHost} answered something else than results: {_http.Clean(answer.Body)}", cause);
        }

        if (problems.Count == 0) return (null, null);
        var all = string.Join("; ", problems.Select(problem => problem.Text));
        return problems.Exists(problem => !problem.IsFinal) ? (null, all) : (all, null);
    }

    private byte[] BodyOf(OutgoingAlert alert, DateTimeOffset firstTried)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("from", _options.From);
            json.WriteStartArray("smsRecipients");
            foreach (var number in _options.To)
            {
                json.WriteStartObject();
                json.WriteString("to", number);
                json.WriteString("repeatabilityRequestId", AlertId.From(alert.Id.ToString("D"), AlertJson.Word(alert.Severity), number));
                json.WriteString("repeatabilityFirstSent", firstTried.ToString("R", CultureInfo.InvariantCulture));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("message", TextOf(alert));
            json.WriteStartObject("smsSendOptions");
            json.WriteBoolean("enableDeliveryReport", true);
            json.WriteString("tag", alert.Id);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    // As the service describes it: the hash of the body, and over method, path, date, host and hash the signature.
    private static void Sign(HttpRequestMessage request, byte[] body, byte[] key, DateTimeOffset now)
    {
        var date = now.ToString("R", CultureInfo.InvariantCulture);
        var hash = Convert.ToBase64String(SHA256.HashData(body));
        var signature = Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"POST\n{PathAndQuery}\n{date};{request.RequestUri!.Authority};{hash}")));
        request.Headers.TryAddWithoutValidation("x-ms-date", date);
        request.Headers.TryAddWithoutValidation("x-ms-content-sha256", hash);
        request.Headers.TryAddWithoutValidation("Authorization", $"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}");
    }

    private void Remember(Guid id, (Severity?, Severity, DateTimeOffset) what)
    {
        _order.Enqueue(id);
        _known[id] = what;
        while (_order.Count > RememberedMax) _known.Remove(_order.Dequeue());
    }

    private static string Last(string? number) => number is { Length: > 2 } ? number[^2..] : "?";
}

/// <summary>From whom messages come, to whom they go, and as whom the service is called.</summary>
public sealed record SmsOptions
{
    /// <summary>The resource's address.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The number or name that messages come from.</summary>
    public required string From { get; init; }

    /// <summary>Numbers, as <c>+31…</c>; at most <see cref="SmsSink.RecipientsMax"/>.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>The resource's key; null where a credential is used.</summary>
    public byte[]? AccessKey { get; init; }

    /// <summary>Gives tokens where there is no key.</summary>
    public TokenCredential? Credential { get; init; }

    /// <summary>The zone of the time in the text.</summary>
    public required TimeZoneInfo TimeZone { get; init; }

    /// <summary>Where alerts are looked at, with <c>{alertId}</c> for the alert's id; null for none.</summary>
    public string? AlertAddress { get; init; }
}
