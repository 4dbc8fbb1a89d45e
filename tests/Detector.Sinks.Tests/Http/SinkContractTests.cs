using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Azure.Core;
using Detector.Sinks.Delivery;
using Detector.Sinks.PagerDuty;
using Detector.Sinks.Sentinel;
using Detector.Sinks.Teams;
using Detector.Sinks.Webhook;
using Microsoft.AspNetCore.Http;

namespace Detector.Sinks.Tests.Http;

/// <summary>
/// What every sink has to do when its service behaves as services do. After each, every alert is accepted or a dead letter with its
/// reason. Time is the machine's: what is tested is a connection.
/// </summary>
public sealed class SinkContractTests : IDeadLetters
{
    private const string Secret = "s3cret-signature-of-the-webhook";

    private static readonly string[] s_kinds = ["Teams", "Webhook", "Sentinel", "PagerDuty"];

    private readonly List<(long Number, string Reason)> _dead = [];
    private readonly List<string> _told = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Cases()
    {
        var data = new TheoryData<string, string>();
        foreach (var kind in s_kinds)
        {
            foreach (var behaviour in (string[])["429 seconds", "429 date", "500", "503", "reset", "slow", "redirect", "403", "404"]) data.Add(kind, behaviour);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_passes_is_waited_for_and_everything_arrives(string kind, string behaviour)
    {
        await using var service = await ServiceOverTls.StartAsync();
        service.Answer = (number, context) => number == (kind == "Sentinel" ? 1 : 2) ? MisbehaveAsync(behaviour, context) : GoodAsync(kind, context);
        await RunAsync(kind, service, [One(1), One(2), One(3)], options => behaviour == "slow" ? options with { Deadline = TimeSpan.FromSeconds(1) } : options);
        Assert.Empty(_dead);
        Assert.Equal([1, 2, 3], ArrivedAt(service));
        Assert.True(service.All.Count > (kind == "Sentinel" ? 1 : 3));
    }

    [Theory]
    [InlineData("Teams", 400)]
    [InlineData("Webhook", 400)]
    [InlineData("Sentinel", 400)]
    [InlineData("Teams", 413)]
    [InlineData("Webhook", 413)]
    [InlineData("Sentinel", 413)]
    [InlineData("PagerDuty", 400)]
    public async Task What_is_refused_for_ever_is_a_dead_letter_with_the_reason(string kind, int status)
    {
        await using var service = await ServiceOverTls.StartAsync();
        service.Answer = (_, context) => TextOf(service.All[^1]).Contains("\"INC-2\"", StringComparison.Ordinal) ? ServiceOverTls.Status(context, status, "this one is malformed") : GoodAsync(kind, context);
        await RunAsync(kind, service, [One(1), One(2), One(3)]);
        var (number, reason) = Assert.Single(_dead);
        Assert.Equal(2, number);
        Assert.Contains($"localhost answered {status}: this one is malformed", reason, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], ArrivedAt(service));
    }

    [Fact]
    public async Task A_webhook_that_is_gone_is_not_called_again()
    {
        await using var service = await ServiceOverTls.StartAsync();
        service.Answer = (_, context) => ServiceOverTls.Status(context, 410);
        await RunAsync("Webhook", service, Alerts.Many(3));
        Assert.Single(service.All);
        Assert.Equal(3, _dead.Count);
    }

    [Fact]
    public async Task A_closing_makes_no_card_even_if_the_alert_was_sent_before_a_restart()
    {
        await using var service = await ServiceOverTls.StartAsync();
        var alert = Alerts.Whole();
        await using (var before = Make("Teams", service)) await before.SendAsync([OutgoingAlert.Of(alert, 1), OutgoingAlert.Of(alert with { Revision = 1, Score = 90 }, 2)], Stop);
        await using var after = Make("Teams", service);
        await after.SendAsync([OutgoingAlert.Of(alert with { Revision = 1, Score = 90, Final = true }, 3, isClosing: true)], Stop);
        Assert.Equal(2, service.All.Count);

        // What is final when it arises was never said before.
        await after.SendAsync([OutgoingAlert.Of(Alerts.Whole(2) with { Final = true }, 4)], Stop);
        Assert.Equal(3, service.All.Count);
    }

    [Fact]
    public async Task A_connector_that_hides_an_error_in_its_text_has_not_accepted()
    {
        await using var service = await ServiceOverTls.StartAsync();
        service.Answer = (number, context) => number == 1 ? ServiceOverTls.Status(context, 200, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429") : ServiceOverTls.Status(context, 202);
        await RunAsync("Teams", service, Alerts.Many(1));
        Assert.Equal(2, service.All.Count);
        Assert.Contains("429 in the text", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_a_batch_of_rows_that_is_refused_costs_only_that_half()
    {
        // Rows of over half the limit each: one call for each of them.
        var alerts = Enumerable.Range(1, 4).Select(number => OutgoingAlert.Of(Alerts.Whole(number, text: new string('x', 3900), evidence: 100), number)).ToList();
        await using var service = await ServiceOverTls.StartAsync();
        service.Answer = (_, context) => TextOf(service.All[^1]).Contains(alerts[2].Id.ToString(), StringComparison.Ordinal) ? ServiceOverTls.Status(context, 413, "too large") : ServiceOverTls.Status(context, 204);
        await RunAsync("Sentinel", service, alerts);
        Assert.Equal(3, Assert.Single(_dead).Number);
        Assert.All(service.All, call => Assert.True(TextOf(call).Length <= 1_000_000));
    }

    [Fact]
    public async Task Another_host_a_redirect_and_a_certificate_of_nobody_get_no_alert()
    {
        await using var service = await ServiceOverTls.StartAsync();
        await using var other = await ServiceOverTls.StartAsync();
        service.Answer = (_, context) =>
        {
            context.Response.Headers.Location = other.Address.ToString();
            return ServiceOverTls.Status(context, 307);
        };
        await using var redirected = Make("Webhook", service);
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => redirected.SendAsync(Alerts.Many(1), Stop));
        Assert.Contains("answered 307", failure.Message, StringComparison.Ordinal);
        Assert.Empty(other.All);

        await using var untrusted = new WebhookSink(service.Client(), new Uri(other.Address, "/x"), key: null, TimeProvider.System);
        failure = await Assert.ThrowsAsync<HttpRequestException>(() => untrusted.SendAsync(Alerts.Many(1), Stop));
        Assert.Contains("certificate", failure.Message, StringComparison.OrdinalIgnoreCase);

        foreach (var address in (string[])["https://127.0.0.1/x", "http://localhost/x", "https://user:word@localhost/x", "https://localhost.evil.example/"])
        {
            await using var elsewhere = new WebhookSink(service.Client(), new Uri(address), key: null, TimeProvider.System);
            await Assert.ThrowsAsync<HttpRequestException>(() => elsewhere.SendAsync(Alerts.Many(1), Stop));
        }

        Assert.Empty(other.All);
    }

    [Fact]
    public async Task No_message_repeats_a_secret_even_if_the_service_does()
    {
        await using var service = await ServiceOverTls.StartAsync();
        foreach (var status in (int[])[400, 401, 403, 429, 500])
        {
            service.Answer = (_, context) => ServiceOverTls.Status(context, status, $"bad signature {Secret} in {service.Address}hook?sig={Secret}");
            await using var sink = Make("Teams", service);
            var failure = await Assert.ThrowsAnyAsync<Exception>(() => sink.SendAsync(Alerts.Many(1), Stop));
            Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_signed_event_can_be_checked_by_its_receiver_and_names_its_alert()
    {
        await using var service = await ServiceOverTls.StartAsync();
        await using var sink = Make("Webhook", service);
        await sink.SendAsync(Alerts.Many(1), Stop);
        var call = Assert.Single(service.All);
        Assert.StartsWith("application/cloudevents+json", call.Headers["Content-Type"], StringComparison.Ordinal);
        var parts = call.Headers["X-Signature"].Split(',');
        var time = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[0][2..], CultureInfo.InvariantCulture));
        Assert.Equal(call.Headers["X-Signature"], WebhookSink.Signature("key"u8.ToArray(), call.Body, time));
        using var json = JsonDocument.Parse(call.Body);
        Assert.Equal(("1.0", $"{Alerts.One(1).Id}/0", "detector.alert.v1"), (json.RootElement.GetProperty("specversion").GetString(), json.RootElement.GetProperty("id").GetString(), json.RootElement.GetProperty("type").GetString()));
        Assert.Equal("detector.alert/1", json.RootElement.GetProperty("data").GetProperty("schema").GetString());
    }

    [Fact]
    public async Task An_incident_is_known_by_its_alert_is_changed_by_revisions_and_not_resolved_by_a_closing()
    {
        await using var service = await ServiceOverTls.StartAsync();
        await using var sink = Make("PagerDuty", service);
        var alert = Alerts.Whole(1, Detector.Engine.Rules.Severity.Critical);
        await sink.SendAsync([OutgoingAlert.Of(alert, 1)], Stop);
        await sink.SendAsync([OutgoingAlert.Of(alert with { Revision = 1 }, 2)], Stop);
        await sink.SendAsync([OutgoingAlert.Of(alert with { Revision = 1, Final = true }, 3, isClosing: true)], Stop);
        await sink.SendAsync([OutgoingAlert.Of(alert with { Revision = 1, Final = true, MergedInto = Alerts.One(2).Id }, 4)], Stop);
        var events = service.All.Select(call => JsonDocument.Parse(call.Body).RootElement).ToList();
        Assert.Equal(["trigger", "trigger", "resolve"], events.Select(sent => sent.GetProperty("event_action").GetString()));
        Assert.All(events, sent => Assert.Equal((alert.Id, "routing-key"), (sent.GetProperty("dedup_key").GetGuid(), sent.GetProperty("routing_key").GetString())));
        Assert.Equal(("critical", "CRITICAL 85: Risky PIM activation: j.jansen@contoso.nl"), (events[0].GetProperty("payload").GetProperty("severity").GetString(), events[0].GetProperty("payload").GetProperty("summary").GetString()));
        Assert.All(service.All, call => Assert.Equal("/v2/enqueue", call.Path));
    }

    Task IDeadLetters.AddAsync(string sink, OutgoingAlert alert, string reason, CancellationToken cancellation)
    {
        _dead.Add((alert.Number, reason));
        return Task.CompletedTask;
    }

    private static IAlertSink Make(string kind, ServiceOverTls service) => kind switch
    {
        "Teams" => new TeamsSink(service.Client(Secret), new Uri(service.Address, $"/hook?sig={Secret}"), new CardOptions { TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam") }),
        "Webhook" => new WebhookSink(service.Client(), new Uri(service.Address, "/events"), "key"u8.ToArray(), TimeProvider.System),
        "PagerDuty" => new PagerDutySink(service.Client(), service.Address, "routing-key"),
        _ => new SentinelSink(service.Client(), service.Address, "dcr-1", "Custom-PimDetections", new FixedToken()),
    };

    private async Task RunAsync(string kind, ServiceOverTls service, List<OutgoingAlert> alerts, Func<LaneOptions, LaneOptions>? change = null)
    {
        var options = new LaneOptions { Clock = TimeProvider.System, Tell = _told.Add, DeadLetters = this, Random = new Random(1), Deadline = TimeSpan.FromSeconds(10) };
        await using var lane = new SinkLane(Make(kind, service), 0, change?.Invoke(options) ?? options);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = Task.Run(() => lane.RunAsync(stop.Token), Stop);

        // One by one, so that a failure is between two that are good for every kind.
        foreach (var alert in alerts)
        {
            lane.Add([alert]);
            while (lane.Accepted < alert.Number && kind != "Sentinel") await Task.Delay(5, Stop);
        }

        while (lane.Accepted < alerts[^1].Number) await Task.Delay(5, Stop);
        await stop.CancelAsync();
        await Task.WhenAny(running);
        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}: {alerts.Count} alerts, {service.All.Count} calls, {_dead.Count} dead letters");
    }

    private static async Task MisbehaveAsync(string behaviour, HttpContext context)
    {
        switch (behaviour)
        {
            case "429 seconds":
                await ServiceOverTls.Status(context, 429, retryAfter: "1");
                break;
            case "429 date":
                await ServiceOverTls.Status(context, 429, retryAfter: TimeProvider.System.GetUtcNow().AddSeconds(1).ToString("R", CultureInfo.InvariantCulture));
                break;
            case "reset":
                context.Abort();
                break;
            case "slow":
                await Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted);
                break;
            case "redirect":
                context.Response.Headers.Location = "https://localhost:1/";
                await ServiceOverTls.Status(context, 302);
                break;
            default:
                await ServiceOverTls.Status(context, int.Parse(behaviour, CultureInfo.InvariantCulture), "for now");
                break;
        }
    }

    private static Task GoodAsync(string kind, HttpContext context) => ServiceOverTls.Status(context, kind == "Sentinel" ? 204 : 202);

    private static string TextOf(ServiceOverTls.Received call)
    {
        if (!call.Headers.TryGetValue("Content-Encoding", out var encoding) || encoding != "gzip") return Encoding.UTF8.GetString(call.Body);
        using var unpacked = new StreamReader(new GZipStream(new MemoryStream(call.Body), CompressionMode.Decompress));
        return unpacked.ReadToEnd();
    }

    private static OutgoingAlert One(int number) => OutgoingAlert.Of(Alerts.Whole(number) with { Ticket = $"INC-{number}" }, number);

    // The alerts that arrived, whatever was answered, by their tickets.
    private static IEnumerable<int> ArrivedAt(ServiceOverTls service) =>
        service.All.SelectMany(call => Enumerable.Range(1, 4).Where(number => TextOf(call).Contains($"\"INC-{number}\"", StringComparison.Ordinal))).Distinct().Order();

    private sealed class FixedToken : TokenCredential
    {
        private static readonly AccessToken s_token = new("token", new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => s_token;

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(s_token);
    }
}
