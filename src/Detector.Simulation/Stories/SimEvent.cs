using Detector.Simulation.Records;

namespace Detector.Simulation.Stories;

/// <summary>The records that the tenant writes.</summary>
internal enum RecordKind
{
    SignIn, NonInteractive, Service, Identity,
    Requested, ApprovalRequested, Approved, Completed, DeactivateRequested, DeactivateCompleted, Expired, RoleAddedByPim, RoleRemovedByPim,
    RoleAdded, UpdateUser, GroupMember, ResetPassword, SecurityInfo, UpdateApplication, Policy, ProvisionUser,
    RoleSetting, Elevated, Diagnostic,
}

/// <summary>
/// One thing that happened; <see cref="Number"/> is its own, and what its record says beyond these members follows from
/// that number. Identifiers are keys: 0 is none.
/// </summary>
internal sealed record SimEvent
{
    public required RecordKind Kind { get; init; }

    public required long Ticks { get; init; }

    public required ulong Number { get; init; }

    public int User { get; init; }

    /// <summary>Whom it was done to, where that is not <see cref="User"/>.</summary>
    public int? Subject { get; init; }

    public ulong Correlation { get; init; }

    public ulong Attempt { get; init; }

    public ulong Request { get; init; }

    public int Role { get; init; }

    /// <summary>Index in <see cref="SignInErrors.All"/>; 0 is success.</summary>
    public int Error { get; init; }

    /// <summary>Whether an audit record tells of a failure.</summary>
    public bool Failed { get; init; }

    public bool NeedsApproval { get; init; }

    public bool Renamed { get; init; }

    /// <summary>The address is one of an attacker.</summary>
    public bool Foreign { get; init; }

    /// <summary>How long after its time it arrives; negative for "as life has it".</summary>
    public long DelayTicks { get; init; } = -1;

    /// <summary>Further copies that arrive; negative for "as life has it".</summary>
    public int Copies { get; init; } = -1;

    public PlantedAttack? Attack { get; init; }

    /// <summary>What its record says in place of what would follow from the number.</summary>
    public IReadOnlyDictionary<Slot, string>? Says { get; init; }

    /// <summary>Which template of its kind; negative for the one that the number chooses.</summary>
    public int Variant { get; init; } = -1;

    public DateTime Time => new(Ticks, DateTimeKind.Utc);

    public bool IsSignIn => Kind <= RecordKind.Identity;

    public bool IsPim => Kind is >= RecordKind.Requested and <= RecordKind.Expired;

    public bool IsCredentialFailure => Kind <= RecordKind.NonInteractive && SignInErrors.All[Error].IsCredential;

    /// <summary>The record's id, as it is written; empty where such records have none.</summary>
    public string RecordId => Kind switch
    {
        <= RecordKind.Identity => Mixing.Uuid(Number),
        _ when IsPim || Kind == RecordKind.RoleSetting => $"PIM_{Mixing.Uuid(Number)}_{Tag}_{Serial}",
        RecordKind.Diagnostic => "",
        RecordKind.Policy => $"IPCGraph_{Mixing.Uuid(Number)}_{Tag}_{Serial}",
        _ => $"Directory_{Mixing.Uuid(Correlation)}_{Tag}_{Serial}",
    };

    private string Tag
    {
        get
        {
            Span<byte> tag = stackalloc byte[5];
            WriteTag(Number, tag);
            return System.Text.Encoding.ASCII.GetString(tag);
        }
    }

    private long Serial => SerialOf(Number);

    public static long SerialOf(ulong number) => 10_000_000 + Mixing.Pick(number, 0x5E, 90_000_000);

    public static void WriteTag(ulong number, Span<byte> to)
    {
        var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8;
        for (var i = 0; i < 5; i++) to[i] = letters[Mixing.Pick(number, 0x7A60UL + (ulong)i, 36)];
    }
}

/// <summary>How a sign-in ended.</summary>
/// <param name="Code">Error code, 0 for success.</param>
/// <param name="Text">Its published text.</param>
/// <param name="IsCredential">Whether the credential was at fault; interrupts are no failures.</param>
internal sealed record SignInError(int Code, string Text, bool IsCredential);

/// <summary>The endings of sign-ins that occur.</summary>
internal static class SignInErrors
{
    public const int None = 0, WrongPassword = 1, Locked = 2, MfaDenied = 3, Disabled = 4, KeepSignedIn = 5, MfaRequired = 6, MfaRequiredByPolicy = 7, Consent = 8;

    public static readonly SignInError[] All =
    [
        new(0, "", false),
        new(50126, "Error validating credentials due to invalid username or password.", true),
        new(50053, "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.", true),
        new(500121, "Authentication failed during strong authentication request.", true),
        new(50057, "The user account is disabled.", true),
        new(50140, "This error occurred due to 'Keep me signed in' interrupt when the user was signing-in.", false),
        new(50074, "Strong Authentication is required.", false),
        new(50076, "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.", false),
        new(65001, "The user or administrator has not consented to use the application.", false),
    ];
}
