using Detector.Engine.Entra;

namespace Detector.Engine.Enrichment;

/// <summary>
/// The tier of a role: by template id, since names are edited and localised; by name where a record has no id that is
/// known. Immutable.
/// </summary>
public sealed class RoleTiers
{
    private readonly Dictionary<string, (int Tier, bool? IsPrivileged)> _roles = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The built-in roles under a profile, with the tenant's own tiers by template id or name on top.</summary>
    public RoleTiers(TierProfile profile, IReadOnlyDictionary<string, int>? overrides = null)
    {
        Profile = profile;
        foreach (var role in EntraRoles.All)
        {
            var known = (role.Tier(profile), role.IsPrivileged);
            _roles[role.TemplateId] = known;
            _roles[role.Name] = known;
        }

        // Ids last: where an id and a name speak of one role, the id decides.
        var wanted = (overrides ?? new Dictionary<string, int>(StringComparer.Ordinal)).Select(pair => (IdOrName: pair.Key.Trim(), Tier: pair.Value));
        foreach (var (idOrName, tier) in wanted.OrderBy(pair => Guid.TryParse(pair.IdOrName, out _)))
        {
            // Whichever of its two names the tenant used, both mean the role.
            var builtIn = EntraRoles.All.FirstOrDefault(role => Is(role.TemplateId, idOrName) || Is(role.Name, idOrName));
            foreach (var key in builtIn is null ? [idOrName] : new[] { builtIn.TemplateId, builtIn.Name }) _roles[key] = (tier, builtIn?.IsPrivileged);
        }
    }

    /// <summary>The built-in roles under the default profile.</summary>
    public static RoleTiers Default { get; } = new(TierProfile.Article);

    /// <summary>Which profile it follows.</summary>
    public TierProfile Profile { get; }

    /// <summary>The tier 0, 1 or 2, or null for a role that is not known.</summary>
    public int? TierOf(string? templateId, string? name) => Find(templateId, name)?.Tier;

    /// <summary>Whether Microsoft marks the role as privileged; null for a role that is not known.</summary>
    public bool? IsPrivileged(string? templateId, string? name) => Find(templateId, name)?.IsPrivileged;

    private (int Tier, bool? IsPrivileged)? Find(string? templateId, string? name)
    {
        if (templateId is not null && _roles.TryGetValue(templateId.Trim(), out var byId)) return byId;
        return name is not null && _roles.TryGetValue(name.Trim(), out var byName) ? byName : null;
    }

    private static bool Is(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
