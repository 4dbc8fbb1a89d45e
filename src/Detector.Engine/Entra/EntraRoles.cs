using System.Globalization;

namespace Detector.Engine.Entra;

/// <summary>Tier profiles: which column of the role table decides.</summary>
public enum TierProfile
{
    /// <summary>The tiering article's own tiers, completed by the enterprise access model where it names none. The default.</summary>
    Article,

    /// <summary>The enterprise access model alone: control plane is tier 0.</summary>
    Strict,
}

/// <summary>One built-in role of Microsoft Entra.</summary>
/// <param name="TemplateId">The same in every tenant, whatever the role is called there.</param>
/// <param name="Name">The English display name.</param>
/// <param name="IsPrivileged">Whether Microsoft marks it as privileged.</param>
/// <param name="ModelTier">Tier of the enterprise access model: control plane 0, management plane 1, the rest 2.</param>
/// <param name="ArticleTier">Tier that the tiering article names, or null.</param>
public sealed record EntraRole(string TemplateId, string Name, bool IsPrivileged, int ModelTier, int? ArticleTier)
{
    /// <summary>The tier under a profile.</summary>
    public int Tier(TierProfile profile) => profile == TierProfile.Article ? ArticleTier ?? ModelTier : ModelTier;
}

/// <summary>The built-in roles of Microsoft Entra; source and licence are in <c>roles.csv</c>.</summary>
public static class EntraRoles
{
    private static readonly Lazy<IReadOnlyList<EntraRole>> s_all = new(Read);

    /// <summary>All of them, in the table's order.</summary>
    public static IReadOnlyList<EntraRole> All => s_all.Value;

    private static List<EntraRole> Read()
    {
        using var stream = typeof(EntraRoles).Assembly.GetManifestResourceStream("roles.csv")!;
        using var reader = new StreamReader(stream);
        var roles = new List<EntraRole>(160);
        var isHeader = true;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            if (isHeader)
            {
                isHeader = false;
                continue;
            }

            var cells = line.Split(',');
            roles.Add(new EntraRole(
                cells[0], cells[1], string.Equals(cells[2], "True", StringComparison.OrdinalIgnoreCase), ModelTier(cells[3]),
                cells[4].Length == 0 ? null : int.Parse(cells[4], NumberStyles.None, CultureInfo.InvariantCulture)));
        }

        return roles;
    }

    private static int ModelTier(string plane) => plane switch
    {
        "ControlPlane" => 0,
        "ManagementPlane" => 1,
        _ => 2,
    };
}
