using System.Buffers.Text;
using System.Text;
using Azure.Core;
using Detector.Host.Run.Settings;
using Detector.Host.Run.Settings.Sinks;
using Detector.Host.Smoke;

namespace Detector.Host.Tests.Smoke;

public sealed class SecretsTests
{
    [Fact]
    public void Every_secret_is_taken_out_whole_and_in_its_parts()
    {
        var settings = new RunSettings
        {
            Source = new SourceSettings(SourceKind.EventHubs, [], TimeSpan.Zero, new EventHubsSettings("b", ["t"], EventHubsSettings.ByConnectionString, null, "Endpoint=sb://n/;SharedAccessKeyName=listen;SharedAccessKey=first-secret==", "g", null, true)),
            Checkpoints = new CheckpointSettings("state", TimeSpan.Zero) { Blobs = new BlobSettings(new Uri("https://a.blob.core.windows.net/c?sv=1&sig=second%2Fsecret%3D"), BlobSettings.BySas, null, "third-secret", "") },
            Sinks = new SinkSettings([new ConsoleSection(ConsoleSection.Kind, IsTable: false)]),
        };
        var text = "with Endpoint=sb://n/;SharedAccessKeyName=listen;SharedAccessKey=first-secret== and first-secret== and second%2Fsecret%3D and second/secret= and third-secret, by listen";

        Assert.Equal("with *** and *** and *** and *** and ***, by listen", Secrets.Of(settings).RemoveFrom(text));
    }

    [Theory]
    [InlineData("""{"appid":"app-1","oid":"object-1","tid":"tenant-1"}""", "of app app-1, object object-1, tenant tenant-1; good until 2026-03-01T10:00:00Z")]
    [InlineData("""{"upn":"admin@contoso.nl"}""", "of user admin@contoso.nl; good until 2026-03-01T10:00:00Z")]
    [InlineData("{}", "of an identity that it does not name; good until 2026-03-01T10:00:00Z")]
    [InlineData("[]", "good until 2026-03-01T10:00:00Z, of an identity that cannot be read from it")]
    public void A_token_tells_whose_it_is_and_nothing_else(string claims, string told)
    {
        var token = new AccessToken($"header.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.signature", new DateTimeOffset(2026, 3, 1, 10, 0, 0, TimeSpan.Zero));
        Assert.Equal(told, TokenOwner.Describe(token));
        Assert.Equal("good until 2026-03-01T10:00:00Z, of an identity that it does not name", TokenOwner.Describe(new AccessToken("opaque-secret", token.ExpiresOn)));
    }
}
