using Detector.Host.Commands;
using Detector.Sinks.Delivery;

namespace Detector.Host.Run.Settings.Sinks;

/// <summary>Where alerts go: a sink is on when its section is there. A section is named after its kind, or <c>Kind-name</c> where there are several of one.</summary>
internal sealed record SinkSettings(IReadOnlyList<SinkSection> Sections)
{
    private static readonly (string Name, Func<SinkReader, SinkSection> Read)[] s_kinds =
    [
        (FileSection.Kind, FileSection.Read),
        (ConsoleSection.Kind, ConsoleSection.Read),
        (TeamsSection.Kind, TeamsSection.Read),
        (SentinelSection.Kind, SentinelSection.Read),
        (PagerDutySection.Kind, PagerDutySection.Read),
        (SmsSection.Kind, SmsSection.Read),
        (WebhookSection.Kind, WebhookSection.Read),
    ];

    /// <summary>Words that nothing may print.</summary>
    public IEnumerable<string> Secrets => Sections.SelectMany(section => section.Secrets);

    /// <summary>The sink of a name alone; all with null; null when there is none of that name.</summary>
    public SinkSettings? Named(string? name) => name is null
        ? this
        : Sections.FirstOrDefault(section => section.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } one ? new SinkSettings([one]) : null;

    /// <summary>The sinks that are on, made afresh.</summary>
    public IReadOnlyList<SinkSetup> Make(SinkSurroundings around) => [.. Sections.Select(section => section.Make(around) with { Route = section.Route, Quiet = section.Quiet is { } quiet ? new QuietHours(quiet.From, quiet.Until, around.Zone, quiet.ExceptFrom) : null })];

    /// <summary>The settings below <c>Sinks</c>.</summary>
    public static SinkSettings Read(SettingsReader reader)
    {
        var sections = new List<SinkSection>();
        foreach (var name in reader.Sections("Sinks"))
        {
            var (kind, read) = Array.Find(s_kinds, kind => name.Equals(kind.Name, StringComparison.OrdinalIgnoreCase) || name.StartsWith($"{kind.Name}-", StringComparison.OrdinalIgnoreCase));
            if (kind is null)
            {
                reader.Reject($"Sinks:{name}", $"There is no such sink; there are {string.Join(", ", s_kinds.Select(known => known.Name))}.{(Nearest.Of(name, s_kinds.Select(known => known.Name)) is { } near ? $" Did you mean 'Sinks:{near}'?" : "")}");
            }
            else if (reader.Has($"Sinks:{name}"))
            {
                var section = new SinkReader(reader, name.Equals(kind, StringComparison.OrdinalIgnoreCase) ? kind : name);
                sections.Add(read(section) with { Route = section.Route(), Quiet = section.Quiet() });
            }
        }

        if (sections.Count == 0 && reader.Problems.Count == 0) reader.Reject("Sinks", "Nothing takes the alerts. Add a section, such as \"File\": {\"Path\": \"alerts.ndjson\"} or \"Console\": {}.");
        return new SinkSettings(sections);
    }
}
