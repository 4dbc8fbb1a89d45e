using System.Collections.Frozen;
using Detector.Engine.Logs;

namespace Detector.Rules.Tests;

/// <summary>
/// The events that rule tests start from: ordinary records of one person (object id <c>user-1</c>, anna@contoso.nl) in the
/// sample tenant, in canonical fields.
/// </summary>
public static class EventTemplates
{
    private const string User = "user-1";
    private const string Upn = "anna@contoso.nl";

    private static readonly FrozenDictionary<string, (CanonicalField Field, string[] Values)[]> s_templates = new Dictionary<string, (CanonicalField, string[])[]>(StringComparer.Ordinal)
    {
        ["activation"] = Pim("Add member to role completed (PIM activation)", "success"),
        ["activation_failed"] = Pim("Add member to role completed (PIM activation)", "failure"),
        ["activation_requested"] = Pim("Add member to role requested (PIM activation)", "success"),
        ["activation_approved"] = Pim("Add member to role request approved (PIM activation)", "success"),
        ["activation_denied"] = Pim("Add member to role request denied (PIM activation)", "success"),
        ["activation_expired"] = Pim("Remove member from role (PIM activation expired)", "success"),
        ["role_added_by_pim"] =
        [
            .. Audit("Add member to role", "Core Directory"),
            (CanonicalField.ActorAppId, ["01fc33a7-78ba-4d2f-a4b7-768e336e890e"]), (CanonicalField.ActorAppName, ["MS-PIM"]), (CanonicalField.ActorType, ["App"]),
            (CanonicalField.RoleName, ["Global Administrator"]), (CanonicalField.TargetId, [User]), (CanonicalField.TargetUpn, [Upn]),
        ],
        ["audit"] =
        [
            .. Audit("Update user", "Core Directory"),
            (CanonicalField.ActorId, [User]), (CanonicalField.ActorUpn, [Upn]), (CanonicalField.ActorType, ["User"]),
        ],
        ["signin"] = SignIn("SignInLogs", "0", "success"),
        ["signin_failed"] = SignIn("SignInLogs", "50126", "failure"),
        ["signin_noninteractive"] = SignIn("NonInteractiveUserSignInLogs", "0", "success"),
        ["signin_service_principal"] =
        [
            .. Common(["ServicePrincipalSignInLogs"], "Sign-in activity", "success"),
            (CanonicalField.ResultType, ["0"]), (CanonicalField.AppId, ["app-1"]), (CanonicalField.AppName, ["Backup job"]),
        ],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The names that <c>event:</c> takes.</summary>
    public static IReadOnlyCollection<string> Names => [.. s_templates.Keys.Order(StringComparer.Ordinal)];

    internal static bool TryGet(string name, out (CanonicalField Field, string[] Values)[] fields) => s_templates.TryGetValue(name, out fields!);

    private static (CanonicalField, string[])[] Common(string[] category, string operation, string result) =>
    [
        (CanonicalField.TenantId, ["75243ab2-44f8-435c-a7a6-b479385df6d4"]), (CanonicalField.Category, category),
        (CanonicalField.OperationName, [operation]), (CanonicalField.Result, [result]),
    ];

    private static (CanonicalField, string[])[] Audit(string operation, string service) =>
        [.. Common(["AuditLogs", "RoleManagement"], operation, "success"), (CanonicalField.Service, [service])];

    private static (CanonicalField, string[])[] Pim(string operation, string result) =>
    [
        .. Common(["AuditLogs", "RoleManagement"], operation, result), (CanonicalField.Service, ["PIM"]),
        (CanonicalField.ActorId, [User]), (CanonicalField.ActorUpn, [Upn]), (CanonicalField.ActorType, ["User"]),
        (CanonicalField.TargetId, [User]), (CanonicalField.TargetUpn, [Upn]), (CanonicalField.TargetType, ["User"]),
        (CanonicalField.RoleName, ["Global Administrator"]), (CanonicalField.Justification, ["Planned maintenance"]),
    ];

    private static (CanonicalField, string[])[] SignIn(string category, string resultType, string result) =>
    [
        .. Common([category], "Sign-in activity", result), (CanonicalField.ResultType, [resultType]),
        (CanonicalField.UserId, [User]), (CanonicalField.UserUpn, [Upn]), (CanonicalField.AppName, ["Azure Portal"]), (CanonicalField.Ip, ["203.0.113.7"]),
    ];
}
