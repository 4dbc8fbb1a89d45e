namespace Detector.Engine.Logs;

/// <summary>
/// The canonical fields: one name for one meaning, whatever the shape of the log. The number of each is its slot in
/// every <see cref="LogEvent"/>. <see cref="CanonicalFields"/> has the names that rules write (<c>Actor.Upn</c>).
/// </summary>
#pragma warning disable CS1591 // The names say it; DESIGN's table, repeated in rules/fields.yaml, has the meaning of each.
public enum CanonicalField
{
    // Every record. Category is the stream (AuditLogs, SignInLogs …) and, for audit records, also the audit category
    // (RoleManagement …) as a second text: Log Analytics calls that one Category.
    Id, TenantId, Time, Category, OperationName, Result,

    // Of sign-ins, what tells one from another. AttemptId is originalRequestId, else the id: rows of one attempt share it.
    // They stand early, since an event that is only counted has no slots beyond them.
    UserId, UserUpn, ResultType, AttemptId,

    // Every record.
    OperationType, ResultReason, CorrelationId, Service,

    // Who did it.
    ActorId, ActorUpn, ActorAppId, ActorAppName, ActorIp, ActorType,

    // To whom or what.
    TargetId, TargetUpn, TargetType, TargetName,

    // PIM and directory roles, PIM groups, Azure resource roles. Tier and Privileged are derived.
    RoleId, RoleName, RoleTier, RoleScope, RolePrivileged,

    // PIM.
    RequestId, Justification, TicketNumber, TicketSystem, ActivationStart, ActivationEnd, ActivationHours,
    ActivationMfa, ActivationApprovalRequired,

    // Sign-ins.
    UserType, AppId, AppName, Ip, LocationCity, LocationCountry, DeviceId,
    DeviceName, DeviceCompliant, DeviceManaged, Client, AuthRequirement, AuthMethods, ConditionalAccess,
    RiskLevel, RiskState, RiskDetail,

    // Derived from Time, in the tenant's time zone.
    TimeHour, TimeDayOfWeek, TimeOffHours, TimeWeekend, TimeHoliday, TimeWorking,

    // Derived from tenant.yaml and the lists; of the actor of an audit record, or the user of a sign-in.
    AccountBreakGlass, AccountTier, AccountService, DevicePaw,
}
#pragma warning restore CS1591
