using Detector.Engine.Rules;
using Detector.Sinks.Delivery;
using Detector.Sinks.Teams;

namespace Detector.Host.Run.Settings.Sinks;

/// <summary>A channel of Teams.</summary>
internal sealed record TeamsSection(string Name, Uri? Address, NetSettings Net, IReadOnlyList<CardMention> Mentions, string? AlertAddress, TimeSpan? Heartbeat) : SinkSection(Name)
{
    public const string Kind = "Teams";

    public override IEnumerable<string> Secrets => SecretsOf(Address);

    public static TeamsSection Read(SinkReader reader)
    {
        var (address, net) = reader.Address(TeamsSink.Hosts);
        var mentions = new List<CardMention>();
        foreach (var who in reader.Sections("Mentions"))
        {
            var id = reader.Text($"Mentions:{who}:Id");
            var from = reader.Severity($"Mentions:{who}:From", Severity.Critical);
            if (id is null) reader.Reject($"Mentions:{who}:Id", "Give the object id or user principal name of who is mentioned.");
            else mentions.Add(new CardMention(id, who, from));
        }

        return new TeamsSection(reader.Name, address, net, mentions, reader.AlertAddress(), reader.Has("Heartbeat") ? reader.Span("Heartbeat", TimeSpan.FromDays(1), TimeSpan.FromMinutes(10), TimeSpan.FromDays(1)) : null);
    }

    public override SinkSetup Make(SinkSurroundings around) => new(
        new TeamsSink(Net.Client(Secrets, around.Clock), Address!, new CardOptions { TimeZone = around.Zone, AlertAddress = AlertAddress, Mentions = Mentions }) { Name = Name }, Route, SinkPace.Channel, Net.Deadline)
    {
        Heartbeat = Heartbeat,
    };
}
