namespace Detector.Simulation.Records;

/// <summary>What differs between records of one template; the name is what templates write in <c>@{…}</c>, without regard to case.</summary>
internal enum Slot
{
    None,
    Time, TimeOffset, Record, Correlation, RequestId, ScheduleId, Attempt, Session, Token, Tag, Serial, Ticket, Start, End,
    UserId, Upn, Name, SubjectId, SubjectUpn, SubjectName, UserType, Ip, Asn, City, State, Country, Latitude, Longitude,
    Level, Duration, Processing, Result, ResultReason, Justification, Activity, ActivityName, Status, OperationType, AuditType, Approval,
    RoleId, RoleName, Mfa, SubjectType, Excluded, RoleWellKnown, UserAgent, AppId, AppName, Client, ResourceName, ResourceAppId, ResourceSpId, ServiceName, ServiceId,
    ResultType, ResultSignature, ErrorCode, ErrorText, StatusDetail, PasswordOk, PasswordResult, MfaMethod, MfaOk, MfaResult,
    DeviceId, DeviceName, Os, Browser, Compliant, Managed, Trust, CaStatus, Risk, RiskState,
}
