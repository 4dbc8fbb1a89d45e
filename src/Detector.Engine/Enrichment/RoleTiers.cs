namespace Detector.Engine.Enrichment;

/// <summary>The tier of a role: by template id, name as fallback. Immutable.</summary>
public sealed class RoleTiers
{
    private readonly Dictionary<string, int> _tiers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Knows no role.</summary>
    public static RoleTiers None { get; } = new();

    /// <summary>The tier 0, 1 or 2, or null for a role that is not known.</summary>
    public int? TierOf(string? templateId, string? name) => templateId is not null && _tiers.TryGetValue(templateId, out var tier) ? tier : null;

    /// <summary>Whether Microsoft marks the role as privileged; null for a role that is not known.</summary>
    public bool? IsPrivileged(string? templateId, string? name) => templateId is not null && _tiers.ContainsKey(templateId) ? true : null;
}
