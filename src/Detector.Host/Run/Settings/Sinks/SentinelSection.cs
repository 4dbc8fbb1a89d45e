using Detector.Sinks.Delivery;
using Detector.Sinks.Sentinel;

namespace Detector.Host.Run.Settings.Sinks;

/// <summary>A table of Microsoft Sentinel.</summary>
internal sealed record SentinelSection(string Name, Uri? Endpoint, NetSettings Net, string RuleId, string Stream, string Auth, string? ClientId) : SinkSection(Name)
{
    public const string Kind = "Sentinel";

    public static SentinelSection Read(SinkReader reader)
    {
        var net = reader.Net(SentinelSink.Hosts);
        var endpoint = reader.Endpoint("Endpoint", net, "Give the address for ingestion of the data collection rule, such as https://my-rule-abcd.westeurope-1.ingest.monitor.azure.com.");
        var rule = reader.Text("RuleId");
        if (rule is null) reader.Reject("RuleId", "Give the immutable id of the data collection rule (dcr-…).");
        var auth = reader.Choice("Auth", Credentials.ManagedIdentity, Credentials.Entra);
        return new SentinelSection(reader.Name, endpoint, net, rule ?? "", reader.Text("Stream") ?? "Custom-PimDetections", auth, reader.Text("ClientId"));
    }

    public override SinkSetup Make(SinkSurroundings around) => new(new SentinelSink(Net.Client([], around.Clock), Endpoint!, RuleId, Stream, Credentials.Of(Auth, ClientId)!) { Name = Name }, Route, Pace: null, Net.Deadline);
}
