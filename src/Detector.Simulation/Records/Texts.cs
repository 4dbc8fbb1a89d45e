using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Records;

/// <summary>All texts that records choose from, ready for one way of writing.</summary>
internal sealed class Texts(JsonStyle style, bool isCsv)
{
    private static readonly string[] s_userAgents =
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36 Edg/133.0.0.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:136.0) Gecko/20100101 Firefox/136.0",
    ];

    /// <summary>A text that is in no pool, as the inside of a string.</summary>
    public byte[] Encode(string text, int depth) => TextPool.Encode(text, depth, style, isCsv);

    public TextPool First { get; } = new(People.FirstNames, style, isCsv);

    public TextPool Last { get; } = new(People.LastNames, style, isCsv);

    public TextPool Cities { get; } = new(Places.All.Select(p => p.City), style, isCsv);

    public TextPool States { get; } = new(Places.All.Select(p => p.State), style, isCsv);

    public TextPool Countries { get; } = new(Places.All.Select(p => p.Country), style, isCsv);

    public TextPool Latitudes { get; } = new(Places.All.Select(p => p.Latitude), style, isCsv);

    public TextPool Longitudes { get; } = new(Places.All.Select(p => p.Longitude), style, isCsv);

    public TextPool Asns { get; } = new(Places.All.Select(p => p.Asn), style, isCsv);

    public TextPool RoleIds { get; } = new(Roles.All.Select(r => r.Id), style, isCsv);

    public TextPool RoleNames { get; } = new(Roles.All.Select(r => r.Name), style, isCsv);

    public TextPool RoleWellKnown { get; } = new(Roles.All.Select(r => r.WellKnown), style, isCsv);

    public TextPool Errors { get; } = new(SignInErrors.All.Select(e => e.Text), style, isCsv);

    public TextPool Codes { get; } = new([.. SignInErrors.All.Select(e => $"{e.Code}"), "Failure"], style, isCsv);

    public TextPool AppIds { get; } = new(Programs.Apps.Select(a => a.Id), style, isCsv);

    public TextPool AppNames { get; } = new(Programs.Apps.Select(a => a.Name), style, isCsv);

    public TextPool Clients { get; } = new(Programs.Apps.Select(a => a.Client), style, isCsv);

    public TextPool ResourceIds { get; } = new(Programs.Resources.Select(r => r.Id), style, isCsv);

    public TextPool ResourceNames { get; } = new(Programs.Resources.Select(r => r.Name), style, isCsv);

    public TextPool ServiceNames { get; } = new(["Backup vault", "Payroll interface", "SIEM collector", "Room display", "Document archive", "Build agents", "Loonverwerking ‘Noord’", "Monitoring"], style, isCsv);

    public TextPool UserAgents { get; } = new(s_userAgents, style, isCsv);

    public TextPool Systems { get; } = new(["Windows10", "MacOs", "Ios 18.3", "Windows11"], style, isCsv);

    public TextPool Browsers { get; } = new(["Edge 133.0.0", "Safari 18.3", "Mobile Safari", "Firefox 136.0"], style, isCsv);

    // People write what they like: quotes, line ends, a comma, a backslash, letters beyond ASCII.
    public TextPool Justifications { get; } = new(
    [
        "Monthly patch round", "CHG0041922", "Gebruiker heeft geen toegang tot gedeelde mailbox", "Mailflow issue, ticket \"INC-2291\"", "Nieuwe collega’s toevoegen aan groep – HR",
        "Check sign-in logs for SOC", "Restore file share \\\\nas01\\finance", "Licences; see mail of Zoë", "incident\nescalated by service desk", "Onderhoud", "Reset MFA after lost phone", "Access review Q1",
    ], style, isCsv);

    public TextPool FailureReasons { get; } = new(["RoleAssignmentRequestPolicyValidationFailed", "RoleAssignmentExists", "ActiveDurationTooShort"], style, isCsv);

    public TextPool Activities { get; } = new(
    [
        "Add member to role requested (PIM activation)", "Add member to role approval requested (PIM activation)", "Add member to role request approved (PIM activation)", "Add member to role completed (PIM activation)",
        "Remove member from role requested (PIM deactivate)", "Remove member from role completed (PIM deactivate)",
    ], style, isCsv);

    public TextPool OperationTypes { get; } = new(["CreateRequestActivate", "CreateRequestActivate", "ApproveActivate", "ActivateRole", "DeactivateRole", "DeactivateRole"], style, isCsv);

    public TextPool AuditTypes { get; } = new(["CreateRequestRoleActivation", "CreateRequestRoleActivation", "ApproveRequest", "ActivateRole", "CreateRoleRemovalRequest", "RemoveActivatedRole"], style, isCsv);

    // 'Level' comes as a number, as the same in a string, and as a word; depth does not matter to the unquoted.
    public TextPool Levels { get; } = new(isCsv ? ["4", "4", "4", "Information"] : ["4", "4", "\"4\"", "\"Information\""], style, isCsv);

    public TextPool QuotedNumber { get; } = new([isCsv ? "" : "\""], style, isCsv);

    public TextPool Words { get; } = new(
    [
        "", "true", "false", "null", "success", "failure", "None", "SUCCESS", "FAILURE", "Member", "Guest",
        "Correct password", "Invalid username or password or Invalid on-premise username or password.", "MFA successfully completed", "MFA denied; user declined the authentication", "MFA required in Azure AD",
        "MFA requirement satisfied by claim in the token", "Hybrid Azure AD joined", "Azure AD joined", "notApplied", "none", "medium", "atRisk", "Mobile app notification", "FIDO2 security key", "User",
        "\"00000000-b7ea-4b1a-8000-000000000001\",\"00000000-b7ea-4b1a-8000-000000000002\"",
    ], style, isCsv);
}

/// <summary>Indexes of <see cref="Texts.Words"/>.</summary>
internal static class Word
{
    public const int Empty = 0, True = 1, False = 2, Null = 3, Success = 4, Failure = 5, None = 6, UpperSuccess = 7, UpperFailure = 8, Member = 9, Guest = 10,
        RightPassword = 11, WrongPassword = 12, MfaDone = 13, MfaDenied = 14, MfaRequired = 15, MfaByClaim = 16, HybridJoined = 17, Joined = 18, NotApplied = 19, NoRisk = 20, Medium = 21, AtRisk = 22, Push = 23, SecurityKey = 24, User = 25, BreakGlassIds = 26;
}
