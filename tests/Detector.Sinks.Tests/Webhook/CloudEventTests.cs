using System.Text;
using System.Text.Json;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;
using Detector.Sinks.Tests.Http;
using Detector.Sinks.Webhook;

namespace Detector.Sinks.Tests.Webhook;

public sealed class CloudEventTests
{
    private static readonly string[] s_required = ["id", "source", "specversion", "type"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(WebhookFormat.Detector, "detector.alert.v1", "urn:detector:schema:alert:1", "application/json")]
    [InlineData(WebhookFormat.Ocsf, "detector.ocsf.detection_finding.v1", "https://schema.ocsf.io/1.5.0/classes/detection_finding", "application/json")]
    [InlineData(WebhookFormat.Cef, "detector.cef.v1", null, "text/plain")]
    public async Task Both_modes_say_the_same_and_sign_what_is_sent(WebhookFormat format, string type, string? schema, string contentType)
    {
        await using var service = await ServiceOverTls.StartAsync();
        var alert = Alerts.One(1);
        foreach (var isBinary in (bool[])[false, true])
        {
            await using var sink = new WebhookSink(service.Client(), new Uri(service.Address, "/events"), "key"u8.ToArray(), TimeProvider.System) { Format = format, IsBinary = isBinary };
            await sink.SendAsync([alert], Stop);
        }

        var (structured, binary) = (service.All[0], service.All[1]);
        Assert.Equal(("application/cloudevents+json; charset=utf-8", $"{contentType}; charset=utf-8"), (structured.Headers["Content-Type"], binary.Headers["Content-Type"]));
        Assert.DoesNotContain(structured.Headers.Keys, name => name.StartsWith("ce-", StringComparison.OrdinalIgnoreCase));
        using var whole = JsonDocument.Parse(structured.Body);
        var attributes = whole.RootElement.EnumerateObject().Where(attribute => attribute.Name is not ("data" or "datacontenttype")).ToDictionary(attribute => attribute.Name, attribute => attribute.Value.GetString()!, StringComparer.Ordinal);
        Assert.Equal(attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal), binary.Headers.Where(header => header.Key.StartsWith("ce-", StringComparison.OrdinalIgnoreCase)).Select(header => KeyValuePair.Create(header.Key[3..], Uri.UnescapeDataString(header.Value))).OrderBy(attribute => attribute.Key, StringComparer.Ordinal));
        Assert.Equal((type, schema, contentType), (attributes["type"], attributes.GetValueOrDefault("dataschema"), whole.RootElement.GetProperty("datacontenttype").GetString()));
        Assert.Empty(s_required.Except(attributes.Keys));
        var data = whole.RootElement.GetProperty("data");
        Assert.Equal(data.ValueKind == JsonValueKind.String ? data.GetString() : data.GetRawText(), Encoding.UTF8.GetString(binary.Body));
        foreach (var call in (ServiceOverTls.Received[])[structured, binary])
        {
            var time = DateTimeOffset.FromUnixTimeSeconds(long.Parse(call.Headers["X-Signature"].Split(',')[0][2..], System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(call.Headers["X-Signature"], WebhookSink.Signature("key"u8.ToArray(), call.Body, time));
        }
    }

    [Fact]
    public void Headers_are_visible_characters_whatever_a_name_is()
    {
        foreach (var (name, header) in ((string, string)[])[("a b\"%", "a%20b%22%25"), ("Zoë €", "Zo%C3%AB%20%E2%82%AC"), ("\r\nX-Evil: 1", "/%20X-Evil:%201"), ("\uD83D", "%EF%BF%BD"), ("\u200B", ""), ("😀", "%F0%9F%98%80")])
        {
            var sent = CloudEvent.Of(OutgoingAlert.Of(Alerts.Whole() with { Rule = Named(name), TenantId = name }, 1), WebhookFormat.Detector);
            Assert.Equal(header.Length > 0 ? header : null, sent.Headers().Where(pair => pair.Name == "ce-subject").Select(pair => pair.Value).SingleOrDefault());
            Assert.All(sent.Headers(), pair => Assert.All(pair.Value, c => Assert.InRange(c, '!', '~')));
        }
    }

    private static SigmaRule Named(string name)
    {
        var rule = Alerts.Rule();
        return new SigmaRule { Id = "", Name = name, Title = rule.Title, Version = rule.Version, File = rule.File, Severity = rule.Severity, Predicate = rule.Predicate };
    }
}
