using System.Globalization;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;

namespace Detector.Engine.Storms;

/// <summary>The rule under which alerts about storms of another rule arise; nobody writes it.</summary>
internal sealed record StormRule : Rule
{
    /// <summary>Its name, whatever rule gives too many alerts.</summary>
    public const string AlertName = "alert_storm";

    /// <summary>The rule whose alerts it sums up.</summary>
    public required Rule About { get; init; }

    /// <summary>The rule for storms of another.</summary>
    public static StormRule Of(Rule about) => new()
    {
        Id = AlertId.From(null, about.Id, AlertName).ToString("D", CultureInfo.InvariantCulture),
        Name = AlertName,
        Title = $"Alert storm: {about.Title}",
        Description = $"The rule '{about.Name}' gives more alerts than anybody can read one by one.",
        Version = about.Version,
        File = about.File,
        Tags = about.Tags,
        Runbook = about.Runbook,
        About = about,
    };
}
