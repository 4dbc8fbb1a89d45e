using Detector.Sinks.Delivery;
using Detector.Sinks.Sms;

namespace Detector.Host.Run.Settings.Sinks;

/// <summary>Phones, through Azure Communication Services.</summary>
internal sealed record SmsSection(string Name, Uri? Endpoint, NetSettings Net, string From, IReadOnlyList<string> To, string? Key, byte[]? KeyBytes, string Auth, string? ClientId, string? AlertAddress) : SinkSection(Name)
{
    public const string Kind = "Sms";

    private const string ByKey = "access-key";

    public override IEnumerable<string> Secrets => Key is null ? [] : [Key];

    public static SmsSection Read(SinkReader reader)
    {
        var net = reader.Net(SmsSink.Hosts);
        var endpoint = reader.Endpoint("Endpoint", net, "Give the address of the resource, such as https://my-resource.europe.communication.azure.com.");
        var from = reader.Text("From");
        if (from is null) reader.Reject("From", "Give the number or name that messages come from.");
        var to = reader.List("To");
        if (to.Count is 0 or > SmsSink.RecipientsMax) reader.Reject("To", $"Give 1 to {SmsSink.RecipientsMax} numbers, such as [\"+31612345678\"].");
        if (to.FirstOrDefault(number => !(number.Length is > 7 and < 17 && number[0] == '+' && number.Skip(1).All(char.IsAsciiDigit))) is { } wrong) reader.Reject("To", $"'{wrong}' is no number. Write it as +31612345678.");
        var auth = reader.Choice("Auth", Credentials.ManagedIdentity, [.. Credentials.Entra, ByKey]);
        var key = reader.Secret("AccessKey");
        var bytes = new byte[((key?.Length ?? 0) * 3 / 4) + 3];
        var isKey = Convert.TryFromBase64String(key ?? "", bytes, out var length) && length > 0;
        if ((auth == ByKey) != (key is not null)) reader.Reject("AccessKey", auth == ByKey ? $"It is needed for this Auth. Give it as the environment variable {reader.Variable("AccessKey")}." : $"With Auth {auth} it is not used. Take it away, or write \"Auth\": \"{ByKey}\".");
        else if (key is not null && !isKey) reader.Reject("AccessKey", "It is no key: those of the service are Base64.");
        return new SmsSection(reader.Name, endpoint, net, from ?? "", to, key, isKey ? bytes[..length] : null, auth, reader.Text("ClientId"), reader.AlertAddress());
    }

    public override SinkSetup Make(SinkSurroundings around) => new(
        new SmsSink(Net.Client(Secrets, around.Clock), new SmsOptions { Endpoint = Endpoint!, From = From, To = To, AccessKey = KeyBytes, Credential = Credentials.Of(Auth, ClientId), TimeZone = around.Zone, AlertAddress = AlertAddress }, around.Clock) { Name = Name },
        Route, Pace: null, Net.Deadline);
}
