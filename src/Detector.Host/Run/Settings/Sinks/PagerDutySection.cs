using Detector.Sinks.Delivery;
using Detector.Sinks.PagerDuty;

namespace Detector.Host.Run.Settings.Sinks;

/// <summary>A service of PagerDuty.</summary>
internal sealed record PagerDutySection(string Name, Uri Address, NetSettings Net, string RoutingKey) : SinkSection(Name)
{
    public const string Kind = "PagerDuty";

    public override IEnumerable<string> Secrets => [RoutingKey];

    public static PagerDutySection Read(SinkReader reader)
    {
        var net = reader.Net(PagerDutySink.Hosts);
        var isEuropean = reader.Choice("Region", "eu", ["eu", "us"]) == "eu";
        var before = reader.Problems;
        var key = reader.Secret("RoutingKey");
        if (key is null && reader.Problems == before) reader.Reject("RoutingKey", $"Give the integration key of the service as the environment variable {reader.Variable("RoutingKey")}, or name a file that holds it as {reader.At}RoutingKeyFile.");
        return new PagerDutySection(reader.Name, new Uri(isEuropean ? "https://events.eu.pagerduty.com" : "https://events.pagerduty.com"), net, key ?? "");
    }

    public override SinkSetup Make(SinkSurroundings around) => new(new PagerDutySink(Net.Client(Secrets, around.Clock), Address, RoutingKey) { Name = Name }, Route, Pace: null, Net.Deadline);
}
