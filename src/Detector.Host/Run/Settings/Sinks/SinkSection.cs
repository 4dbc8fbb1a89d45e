using Detector.Engine.Rules;
using Detector.Sinks.Delivery;

namespace Detector.Host.Run.Settings.Sinks;

/// <summary>A sink that is on.</summary>
/// <param name="Name">Its name, under which a checkpoint keeps what it has accepted.</param>
internal abstract record SinkSection(string Name)
{
    /// <summary>Which alerts it gets.</summary>
    public SinkRoute Route { get; init; } = new();

    /// <summary>Hours in which it says little; null for none.</summary>
    public QuietSettings? Quiet { get; init; }

    /// <summary>Words that nothing may print.</summary>
    public virtual IEnumerable<string> Secrets => [];

    /// <summary>Makes the sink, for any alert: the route is added by whoever has all sections.</summary>
    public abstract SinkSetup Make(SinkSurroundings around);

    /// <summary>An address that is a secret: whole, what is behind the host, and the parts of that which are long enough to be keys.</summary>
    protected static IEnumerable<string> SecretsOf(Uri? address) => address is null
        ? []
        : ((string[])[address.OriginalString, address.AbsoluteUri, address.PathAndQuery, .. address.Query.TrimStart('?').Split('&').Select(pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..])]).Where(text => text.Length > 7)
            .Concat(address.AbsolutePath.Split('/').Where(part => part.Length > 15));
}

/// <summary>Hours in which a sink says only what is grave enough.</summary>
internal sealed record QuietSettings(TimeOnly From, TimeOnly Until, Severity ExceptFrom);

/// <summary>What a sink is made with beside its settings.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Zone">The zone in which people read times.</param>
/// <param name="Clock">Tells the time of signatures and pauses.</param>
internal sealed record SinkSurroundings(Stream Output, TimeZoneInfo Zone, TimeProvider Clock);
