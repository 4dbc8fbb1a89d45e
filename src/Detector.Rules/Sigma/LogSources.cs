using System.Collections.Frozen;

namespace Detector.Rules.Sigma;

/// <summary>Which records a Sigma log source of product azure means, by stream category.</summary>
internal static class LogSources
{
    private static readonly FrozenDictionary<string, string[]> s_categories = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase)
    {
        ["signinlogs"] = ["SignInLogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs", "ManagedIdentitySignInLogs"],
        ["auditlogs"] = ["AuditLogs"],
        ["pim"] = ["AuditLogs"],
        ["riskdetection"] = ["UserRiskEvents", "RiskyUsers", "ServicePrincipalRiskEvents", "RiskyServicePrincipals"],

        // The activity log of Azure resources has a category per kind of operation: all that is no stream of Entra.
        ["activitylogs"] = [],
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> Services => s_categories.Keys;

    /// <summary>The streams of Entra, of which a record of another source is none.</summary>
    public static string[] Entra { get; } = [.. s_categories.Values.SelectMany(categories => categories).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>The categories; none means any that is not <see cref="Entra"/>'s.</summary>
    public static bool TryGet(string service, out string[] categories) => s_categories.TryGetValue(service, out categories!);
}
