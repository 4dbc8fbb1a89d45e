using System.Collections.Immutable;
using Detector.Engine.Entra;

namespace Detector.Engine.Enrichment;

/// <summary>
/// The tier of a role: by template id, with the name as fallback (names are edited and localised, ids are not). Ids and
/// names are compared case-insensitively and without surrounding spaces. Immutable and thread-safe; the roles are read
/// at the first question.
/// </summary>
public sealed class RoleTiers
{
    private readonly Lazy<Dictionary<string, RoleEntry>> _entries;

    private RoleTiers(Func<Dictionary<string, RoleEntry>> entries) => _entries = new(entries);

    /// <summary>Knows no role.</summary>
    public static RoleTiers None { get; } = new(static () => NewEntries());

    /// <summary>The least privileged tier; 0 is the most.</summary>
    public const int TierMax = 2;

    /// <summary>
    /// The built-in roles under a profile. An override is by template id or by name; where both name one role, the id
    /// decides. An override of what is no built-in role makes a custom or Azure role known.
    /// </summary>
    public static RoleTiers Of(TierProfile profile, IReadOnlyDictionary<string, int>? overrides = null) =>
        new(() => Make(profile, overrides));

    /// <summary>The tier 0, 1 or 2, or null for a role that is not known.</summary>
    public int? TierOf(string? templateId, string? name) => Find(templateId, name)?.Tier;

    /// <summary>Whether Microsoft marks the role as privileged; null for a role that is not built in.</summary>
    public bool? IsPrivileged(string? templateId, string? name) => Find(templateId, name)?.IsPrivileged;

    internal RoleEntry? Find(string? templateId, string? name)
    {
        if (templateId is null && name is null) return null;
        var bySpan = _entries.Value.GetAlternateLookup<ReadOnlySpan<char>>();
        return bySpan.TryGetValue(templateId.AsSpan().Trim(), out var entry) || bySpan.TryGetValue(name.AsSpan().Trim(), out entry) ? entry : null;
    }

    private static Dictionary<string, RoleEntry> Make(TierProfile profile, IReadOnlyDictionary<string, int>? overrides)
    {
        var entries = NewEntries();
        var wanted = NewOverrides(overrides);
        foreach (var role in EntraRoles.All)
        {
            var shipped = profile == TierProfile.Strict ? role.StrictTier : role.ArticleTier;
            var tier = wanted.TryGetValue(role.TemplateId, out var byId) ? byId : wanted.TryGetValue(role.Name, out var byName) ? byName : shipped;
            var entry = new RoleEntry(tier, role.IsPrivileged);
            entries[role.TemplateId] = entry;
            entries[role.Name] = entry;
        }

        foreach (var (key, tier) in wanted) entries.TryAdd(key, new RoleEntry(tier, null));
        return entries;
    }

    private static Dictionary<string, int> NewOverrides(IReadOnlyDictionary<string, int>? overrides)
    {
        var wanted = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, tier) in overrides ?? ImmutableDictionary<string, int>.Empty)
        {
            if (tier is < 0 or > TierMax) throw new ArgumentOutOfRangeException(nameof(overrides), tier, $"The tier of '{key}' is not 0 to {TierMax}.");
            var trimmed = key.Trim();
            if (trimmed.Length > 0) wanted[trimmed] = tier;
        }

        return wanted;
    }

    private static Dictionary<string, RoleEntry> NewEntries() => new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>What is known of a role; the flag is null where the tenant made the role known.</summary>
internal sealed record RoleEntry(int Tier, bool? IsPrivileged);
