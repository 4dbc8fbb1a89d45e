using System.Net.Http.Headers;
using Detector.Sinks.Delivery;
using Detector.Sinks.Http;

namespace Detector.Sinks.Teams;

/// <summary>
/// Cards into a channel, through a Workflows webhook. An answer means that the flow has queued the card, not that it is shown: the record
/// of an alert is elsewhere, and this is the notification. The address holds its own key, so it is a secret.
/// </summary>
public sealed class TeamsSink : ISummarySink, IHeartbeatSink
{
    // To say what a revision changes; an alert that was told of long ago is only called a revision.
    private const int RememberedMax = 2000;

    private readonly SinkHttp _http;
    private readonly Uri _webhook;
    private readonly AlertCard _card;
    private readonly Dictionary<Guid, (int Revision, AlertDocument Document)> _sent = [];
    private readonly Queue<Guid> _order = new();

    /// <summary>A sink.</summary>
    /// <param name="http">Calls it; disposed of with this.</param>
    /// <param name="webhook">The flow's address.</param>
    /// <param name="card">How alerts look.</param>
    public TeamsSink(SinkHttp http, Uri webhook, CardOptions card)
    {
        (_http, _webhook, _card) = (http, webhook, new AlertCard(card));
    }

    /// <summary>The hosts of Workflows.</summary>
    public static IReadOnlyList<string> Hosts { get; } = ["*.logic.azure.com", "*.environment.api.powerplatform.com"];

    /// <inheritdoc />
    public string Name { get; init; } = "Teams";

    /// <inheritdoc />
    public int BatchMax => 1;

    /// <inheritdoc />
    public int SummaryMax => 5000;

    /// <inheritdoc />
    public async Task<SendOutcome> SendAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        foreach (var alert in alerts)
        {
            // A closing repeats what was said, also where that was before a restart: it goes to systems, not to people.
            var isKnown = _sent.TryGetValue(alert.Id, out var before);
            if (!alert.IsClosing || (isKnown && before.Revision < alert.Revision)) await PostAsync(isKnown ? _card.Of(alert, before.Document, before.Revision) : _card.Of(alert), cancellation);
            Remember(alert);
        }

        return SendOutcome.Accepted;
    }

    /// <inheritdoc />
    public async Task<SendOutcome> SendSummaryAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation)
    {
        await PostAsync(_card.OfMany(alerts), cancellation);
        foreach (var alert in alerts) Remember(alert);
        return SendOutcome.Accepted;
    }

    /// <inheritdoc />
    public Task SendHeartbeatAsync(string title, IReadOnlyList<string> sentences, CancellationToken cancellation) => PostAsync(_card.OfWords(title, sentences), cancellation);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task PostAsync(byte[] message, CancellationToken cancellation)
    {
        var content = new ByteArrayContent(message);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        var answer = await _http.SendAsync(new HttpRequestMessage(HttpMethod.Post, _webhook) { Content = content }, cancellation);

        // The connectors of old answered 200 with the error of Teams in the text.
        if (answer.Body.Contains("HTTP error 429", StringComparison.OrdinalIgnoreCase)) throw new SinkBusyException("Teams takes no more messages for now (429 in the text of its answer).", answer.RetryAfter);
        if (answer.Status == 410 || answer.Body.Contains("HTTP error", StringComparison.OrdinalIgnoreCase)) throw new HttpRequestException($"Teams answered {answer.Status} with an error: {_http.Clean(answer.Body)}");
    }

    private void Remember(OutgoingAlert alert)
    {
        if (!_sent.ContainsKey(alert.Id)) _order.Enqueue(alert.Id);
        _sent[alert.Id] = (alert.Revision, alert.Document);
        while (_order.Count > RememberedMax) _sent.Remove(_order.Dequeue());
    }
}
