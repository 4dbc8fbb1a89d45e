using System.Collections.Frozen;

namespace Detector.Engine.Entra;

/// <summary>
/// Operation names that Privileged Identity Management writes to the audit log, for Entra roles, groups and Azure
/// resources alike, as Microsoft's audit activity reference lists them.
/// </summary>
public static class PimOperations
{
    /// <summary>What PIM puts in <c>loggedByService</c>.</summary>
    public const string Service = "PIM";

    /// <summary>A change of a role's settings: its <c>resultReason</c> lists changes rather than a justification.</summary>
    public const string SettingUpdated = "Update role setting in PIM";

    /// <summary>The end of an activation by time: the only row whose subject stands elsewhere.</summary>
    public const string ActivationExpired = "Remove member from role (PIM activation expired)";

    private static readonly FrozenSet<string> s_names = new[]
    {
        "Add eligible member to role in PIM canceled (permanent)",
        "Add eligible member to role in PIM canceled (renew)",
        "Add eligible member to role in PIM canceled (timebound)",
        "Add eligible member to role in PIM completed (permanent)",
        "Add eligible member to role in PIM completed (timebound)",
        "Add eligible member to role in PIM requested (permanent)",
        "Add eligible member to role in PIM requested (renew)",
        "Add eligible member to role in PIM requested (timebound)",
        "Add member to role approval requested (PIM activation)",
        "Add member to role canceled (PIM activation)",
        "Add member to role completed (PIM activation)",
        "Add member to role in PIM canceled (renew)",
        "Add member to role in PIM canceled (timebound)",
        "Add member to role in PIM completed (permanent)",
        "Add member to role in PIM completed (timebound)",
        "Add member to role in PIM requested (permanent)",
        "Add member to role in PIM requested (renew)",
        "Add member to role in PIM requested (timebound)",
        "Add member to role outside of PIM (permanent)",
        "Add member to role request approved (PIM activation)",
        "Add member to role request denied (PIM activation)",
        "Add member to role requested (PIM activation)",
        "Cancel request",
        "Cancel request for role removal",
        "Cancel request for role update",
        "Deactivate PIM alert",
        "Disable PIM alert",
        "Enable PIM alert",
        "Offboarded resource from PIM",
        "Onboarded resource from PIM",
        "PIM activation request expired",
        "PIM policy removed",
        "Process request",
        "Process role removal request",
        "Process role update request",
        "Refresh PIM alert",
        "Remove eligible member from role in PIM completed (permanent)",
        "Remove eligible member from role in PIM completed (timebound)",
        "Remove eligible member from role in PIM requested (permanent)",
        "Remove eligible member from role in PIM requested (timebound)",
        "Remove member from role (PIM activation expired)",
        "Remove member from role completed (PIM deactivate)",
        "Remove member from role in PIM completed (permanent)",
        "Remove member from role in PIM completed (timebound)",
        "Remove member from role in PIM requested (permanent)",
        "Remove member from role in PIM requested (timebound)",
        "Remove member from role requested (PIM deactivate)",
        "Remove permanent direct role assignment",
        "Remove permanent eligible role assignment",
        "Remove request",
        "Resolve PIM alert",
        "Resource updated",
        "Restore eligible member from role in PIM completed",
        "Restore member from role",
        "Restore member from role in PIM completed",
        "Restore permanent direct role assignment",
        "Restore permanent eligible role assignment",
        "Tenant offboarded from PIM",
        "Triggered PIM alert",
        "Update PIM alert setting",
        "Update eligible member in PIM canceled (extend)",
        "Update eligible member in PIM requested (extend)",
        "Update member in PIM approved by admin (extend/renew)",
        "Update member in PIM canceled (extend)",
        "Update member in PIM denied by admin (extend/renew)",
        "Update member in PIM requested (extend)",
        "Update role setting in PIM",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>All names.</summary>
    public static IReadOnlyCollection<string> Names => s_names;

    /// <summary>Whether PIM writes an operation of this name; case does not matter.</summary>
    public static bool Contains(string operationName) => s_names.Contains(operationName);
}
