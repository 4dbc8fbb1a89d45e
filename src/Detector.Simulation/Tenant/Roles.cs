using System.Collections.Immutable;

namespace Detector.Simulation.Tenant;

/// <summary>A directory role as the tenant uses it; the tier is that of the tiering article, completed by the access model.</summary>
internal sealed record Role(string Id, string Name, string WellKnown, int Tier)
{
    /// <summary>Whether Microsoft marks it as privileged.</summary>
    public bool IsPrivileged => Name is not ("Exchange Administrator" or "SharePoint Administrator" or "Groups Administrator" or "Reports Reader");
}

/// <summary>The roles that people of the tenant activate.</summary>
internal static class Roles
{
    /// <summary>Indexes in <see cref="All"/> of those that stories name.</summary>
    public const int Global = 0, PrivilegedRole = 1, Security = 2, Exchange = 4, SharePoint = 5, Application = 6, CloudApplication = 7, User = 8, Helpdesk = 9, Groups = 10;

    public static readonly ImmutableArray<Role> All =
    [
        new("62e90394-69f5-4237-9190-012177145e10", "Global Administrator", "TenantAdmins", 0),
        new("e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator", "PrivilegedRoleAdmins", 0),
        new("194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator", "SecurityAdmins", 0),
        new("7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "Privileged Authentication Administrator", "PrivilegedAuthenticationAdmins", 0),
        new("29232cdf-9323-42fd-ade2-1d097af3e4de", "Exchange Administrator", "ExchangeServiceAdmins", 1),
        new("f28a1f50-f6e7-4571-818b-6a12f2af6b6c", "SharePoint Administrator", "SharePointServiceAdmins", 1),
        new("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator", "ApplicationAdmins", 1),
        new("158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator", "CloudApplicationAdmins", 1),
        new("fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator", "UserAccountAdmins", 2),
        new("729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator", "HelpdeskAdmins", 2),
        new("fdd7a751-b60b-444a-984c-02652fe8fa1c", "Groups Administrator", "GroupsAdmins", 2),
        new("4a5d8f65-41da-4de4-8968-e035b65339cf", "Reports Reader", "ReportsReaders", 1),
    ];

    /// <summary>Where the roles of a tier begin in <see cref="All"/>, and how many there are.</summary>
    public static (int First, int Count) OfTier(int tier) => tier switch
    {
        0 => (0, 4),
        1 => (4, 4),
        _ => (8, 3),
    };
}
