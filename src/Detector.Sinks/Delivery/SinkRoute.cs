using Detector.Engine.Rules;

namespace Detector.Sinks.Delivery;

/// <summary>Which alerts a sink gets: those that fit every line; a line that names nothing fits all.</summary>
public sealed record SinkRoute
{
    /// <summary>Alerts of less severity are for others.</summary>
    public Severity MinSeverity { get; init; }

    /// <summary>Names of rules; <c>*</c> stands for any characters.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>Names of rules whose alerts are for others, in the same form.</summary>
    public IReadOnlyList<string> ExceptRules { get; init; } = [];

    /// <summary>Tiers of the role; an alert without one fits only when none is named.</summary>
    public IReadOnlyList<int> Tiers { get; init; } = [];

    /// <summary>Ids of tenants.</summary>
    public IReadOnlyList<string> Tenants { get; init; } = [];

    /// <summary>Whether every alert fits.</summary>
    public bool IsForAll => MinSeverity == Severity.Informational && Rules.Count == 0 && ExceptRules.Count == 0 && Tiers.Count == 0 && Tenants.Count == 0;

    /// <summary>Whether an alert fits. A later revision of a higher severity may fit where an earlier did not.</summary>
    public bool Takes(OutgoingAlert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        if (alert.Severity < MinSeverity) return false;
        if (Rules.Count == 0 && ExceptRules.Count == 0 && Tiers.Count == 0 && Tenants.Count == 0) return true;
        var document = alert.Document;
        return (Rules.Count == 0 || Rules.Any(pattern => IsMatch(pattern, document.RuleName)))
            && !ExceptRules.Any(pattern => IsMatch(pattern, document.RuleName))
            && (Tiers.Count == 0 || (document.Role?.Tier is { } tier && Tiers.Contains(tier)))
            && (Tenants.Count == 0 || Tenants.Contains(document.TenantId, StringComparer.OrdinalIgnoreCase));
    }

    private static bool IsMatch(string pattern, string name) => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, name);
}
