using System.Text;
using Detector.Sinks.Delivery;
using Detector.Sinks.Webhook;

namespace Detector.Host.Run.Settings.Sinks;

/// <summary>An address of your own.</summary>
internal sealed record WebhookSection(string Name, Uri? Address, NetSettings Net, string? Key, WebhookFormat Format, bool IsBinary) : SinkSection(Name)
{
    public const string Kind = "Webhook";

    public override IEnumerable<string> Secrets => SecretsOf(Address).Concat(Key is null ? [] : [Key]);

    private byte[]? KeyBytes => Key is null ? null : Encoding.UTF8.GetBytes(Key);

    public static WebhookSection Read(SinkReader reader)
    {
        // Any host: it is the operator's own choice, and the one that is named is the only one that is called.
        var (address, net) = reader.Address(["*"]);
        var format = reader.Choice("Format", "detector", ["detector", "ocsf", "cef"]) switch
        {
            "ocsf" => WebhookFormat.Ocsf,
            "cef" => WebhookFormat.Cef,
            _ => WebhookFormat.Detector,
        };
        return new WebhookSection(reader.Name, address, net, reader.Secret("Key"), format, reader.Choice("Mode", "structured", ["structured", "binary"]) == "binary");
    }

    public override SinkSetup Make(SinkSurroundings around) => new(new WebhookSink(Net.Client(Secrets, around.Clock), Address!, KeyBytes, around.Clock) { Name = Name, Format = Format, IsBinary = IsBinary }, Route, Pace: null, Net.Deadline);
}
