using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;
using Detector.Sinks.Sms;

namespace Detector.Sinks.Tests.Http;

public sealed class SmsTests
{
    private const string Good = """{"value":[{"to":"+31612345678","messageId":"m1","httpStatusCode":202,"repeatabilityResult":"accepted","successful":true},{"to":"+31687654321","messageId":"m2","httpStatusCode":202,"repeatabilityResult":"accepted","successful":true}]}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_says_how_grave_and_which_rule_and_nothing_of_anybody()
    {
        await using var service = await StartAsync();
        await using var sink = Make(service);
        await sink.SendAsync([Alerts.One(1, Severity.Critical)], Stop);
        using var body = JsonDocument.Parse(Assert.Single(service.All).Body);
        Assert.Equal($"Detector CRITICAL pim_activation_risk 23:10 https://security.microsoft.com/alerts/{Alerts.One(1).Id}", body.RootElement.GetProperty("message").GetString());
        Assert.Equal(["+31612345678", "+31687654321"], body.RootElement.GetProperty("smsRecipients").EnumerateArray().Select(to => to.GetProperty("to").GetString()));
        foreach (var word in (string[])["jansen", "Utrecht", "203.0", "INC00", "Mail flow"]) Assert.DoesNotContain(word, Encoding.UTF8.GetString(service.All[0].Body), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_hostile_rule_name_is_letters_and_the_text_fits_a_message()
    {
        await using var service = await StartAsync();
        await using var sink = Make(service);
        foreach (var text in (string[])[new string('x', 100_000), "\u202E[a](https://evil.example)\r\n", "😀\uD83D"])
        {
            var whole = Alerts.Whole(text: text);
            var said = sink.TextOf(OutgoingAlert.Of(whole with { Rule = new SigmaRule { Id = "r", Name = text, Title = text, Version = "1", File = "f", Severity = Severity.High, Predicate = new ConstantPredicate(true) } }, 1));
            Assert.True(said.Length <= 200, said);
            Assert.All(said, c => Assert.InRange(c, ' ', '~'));
        }
    }

    [Fact]
    public async Task The_service_knows_a_repeat_and_a_phone_rings_again_only_when_it_has_become_graver()
    {
        await using var service = await StartAsync();
        service.Answer = (number, context) => number == 1 ? ServiceOverTls.Status(context, 500) : ServiceOverTls.Status(context, 202, Good);
        await using var sink = Make(service);
        await Assert.ThrowsAsync<HttpRequestException>(() => sink.SendAsync([Alerts.One(1)], Stop));
        await sink.SendAsync([Alerts.One(1)], Stop);
        await sink.SendAsync([OutgoingAlert.Of(Alerts.Whole() with { Revision = 1 }, 2)], Stop);
        await sink.SendAsync([OutgoingAlert.Of(Alerts.Whole() with { Revision = 1, Final = true }, 3, isClosing: true)], Stop);
        await sink.SendAsync([OutgoingAlert.Of(Alerts.Whole(severity: Severity.Critical) with { Revision = 2 }, 4)], Stop);
        Assert.Equal(3, service.All.Count);

        // Another process would send the same id for the same message, so the service sends it once.
        await using var after = Make(service);
        await after.SendAsync([Alerts.One(1)], Stop);
        var ids = service.All.Select(call => JsonDocument.Parse(call.Body).RootElement.GetProperty("smsRecipients")[0].GetProperty("repeatabilityRequestId").GetString()).ToList();
        Assert.Equal(ids[0], ids[1]);
        Assert.Equal(ids[0], ids[3]);
        Assert.NotEqual(ids[0], ids[2]);
        var first = service.All.Take(2).Select(call => JsonDocument.Parse(call.Body).RootElement.GetProperty("smsRecipients")[0].GetProperty("repeatabilityFirstSent").GetString());
        Assert.Single(first.Distinct());
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    public async Task Within_a_good_answer_each_number_is_looked_at(int status, bool isRefused)
    {
        await using var service = await StartAsync();
        service.Answer = (_, context) => ServiceOverTls.Status(context, 202, Good.Replace("\"messageId\":\"m2\",\"httpStatusCode\":202,\"repeatabilityResult\":\"accepted\",\"successful\":true", $"\"httpStatusCode\":{status},\"successful\":false,\"errorMessage\":\"no such number\"", StringComparison.Ordinal));
        await using var sink = Make(service);
        var outcome = await sink.SendAsync([Alerts.One(1)], Stop);
        var reason = Assert.Single(isRefused ? outcome.Refused : outcome.Later).Value;
        Assert.Equal($"the number that ends in 21: {status} no such number", reason);
        Assert.Empty(isRefused ? outcome.Later : outcome.Refused);
    }

    [Fact]
    public async Task An_answer_that_is_none_is_no_acceptance()
    {
        await using var service = await StartAsync();
        await using var sink = Make(service);
        foreach (var body in (string[])["", "[]", "{}", "{\"value\":[{}]}", "not json"])
        {
            service.Answer = (_, context) => ServiceOverTls.Status(context, 202, body);
            await Assert.ThrowsAsync<HttpRequestException>(() => sink.SendAsync([Alerts.One(1)], Stop));
        }
    }

    [Fact]
    public async Task A_request_is_signed_as_the_service_describes_it()
    {
        await using var service = await StartAsync();
        await using var sink = Make(service);
        await sink.SendAsync([Alerts.One(1)], Stop);
        var call = service.All[0];
        var hash = Convert.ToBase64String(SHA256.HashData(call.Body));
        Assert.Equal(hash, call.Headers["x-ms-content-sha256"]);
        var signature = Convert.ToBase64String(HMACSHA256.HashData("key"u8.ToArray(), Encoding.ASCII.GetBytes($"POST\n/sms?api-version=2021-03-07\n{call.Headers["x-ms-date"]};{call.Headers["Host"]};{hash}")));
        Assert.Equal($"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}", call.Headers["Authorization"]);
    }

    private static async Task<ServiceOverTls> StartAsync()
    {
        var service = await ServiceOverTls.StartAsync();
        service.Answer = (_, context) => ServiceOverTls.Status(context, 202, Good);
        return service;
    }

    private static SmsSink Make(ServiceOverTls service) => new(service.Client(), new SmsOptions
    {
        Endpoint = service.Address,
        From = "Detector",
        To = ["+31612345678", "+31687654321"],
        AccessKey = "key"u8.ToArray(),
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam"),
        AlertAddress = "https://security.microsoft.com/alerts/{alertId}",
    }, TimeProvider.System);
}
