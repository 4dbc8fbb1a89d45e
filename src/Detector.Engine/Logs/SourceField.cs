namespace Detector.Engine.Logs;

/// <summary>
/// Members that are looked for at the top level of a record and in its <c>properties</c>, by their Event Hub names where
/// there is one. Names are compared case-insensitively: collectors change the case, and Log Analytics has PascalCase.
/// </summary>
internal enum SourceField
{
    Time, TimeGenerated, ActivityDateTime, CreatedDateTime, EventTimestamp,
    Category, Type, OperationName, ActivityDisplayName,
    OperationType, AadOperationType, TenantId, AadTenantId, ResourceTenantId, ResourceId, CorrelationId, Id,
    Result, ResultReason, ResultType, LoggedByService, InitiatedBy, TargetResources, AdditionalDetails, CallerIpAddress,
    IpAddress, UserId, UserPrincipalName, UserType, AppId, AppDisplayName, ServicePrincipalId, ServicePrincipalName,
    OriginalRequestId, Location, LocationDetails, DeviceDetail, ClientAppUsed, AuthenticationRequirement,
    AuthenticationDetails, ConditionalAccessStatus, RiskLevelDuringSignIn, RiskState, RiskDetail, Status,
    SignInEventTypes, Properties, Records, Value,
}
