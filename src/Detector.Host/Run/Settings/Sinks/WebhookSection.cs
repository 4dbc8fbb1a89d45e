using System.Text;
using Detector.Sinks.Delivery;
using Detector.Sinks.Webhook;

namespace Detector.Host.Run.Settings.Sinks;

/// <summary>An address of your own.</summary>
internal sealed record WebhookSection(string Name, Uri? Address, NetSettings Net, string? Key) : SinkSection(Name)
{
    public const string Kind = "Webhook";

    public override IEnumerable<string> Secrets => SecretsOf(Address).Concat(Key is null ? [] : [Key]);

    private byte[]? KeyBytes => Key is null ? null : Encoding.UTF8.GetBytes(Key);

    public static WebhookSection Read(SinkReader reader)
    {
        // Any host: it is the operator's own choice, and the one that is named is the only one that is called.
        var (address, net) = reader.Address(["*"]);
        return new WebhookSection(reader.Name, address, net, reader.Secret("Key"));
    }

    public override SinkSetup Make(SinkSurroundings around) => new(new WebhookSink(Net.Client(Secrets, around.Clock), Address!, KeyBytes, around.Clock) { Name = Name }, Route, Pace: null, Net.Deadline);
}
