namespace Detector.Host.Tests;

/// <summary>Records as Event Hubs writes them, a line each.</summary>
internal static class Records
{
    /// <summary>A Sunday, 23:10 in Amsterdam.</summary>
    public const string SundayNight = "2026-03-01T22:10:04.1234567Z";

    /// <summary>The Wednesday after, 11:00 in Amsterdam.</summary>
    public const string WednesdayMorning = "2026-03-04T10:00:00Z";

    /// <summary>A completed activation of Global Administrator.</summary>
    public static string Activation(string id, string time, string user = "u1") =>
        $$$"""{"time":"{{{time}}}","resourceId":"/tenants/t1/providers/Microsoft.aadiam","operationName":"Add member to role completed (PIM activation)","category":"AuditLogs","tenantId":"t1","correlationId":"c-{{{id}}}","properties":{"id":"{{{id}}}","category":"RoleManagement","correlationId":"c-{{{id}}}","result":"success","resultReason":"Mail flow","activityDisplayName":"Add member to role completed (PIM activation)","activityDateTime":"{{{time}}}","loggedByService":"PIM","initiatedBy":{"user":{"id":"{{{user}}}","userPrincipalName":"{{{user}}}@contoso.nl"}},"targetResources":[{"id":"62e90394-69f5-4237-9190-012177145e10","displayName":"Global Administrator","type":"Role"},{"id":"r-{{{id}}}","type":"Request"},{"id":"{{{user}}}","userPrincipalName":"{{{user}}}@contoso.nl","type":"User"}],"additionalDetails":[{"key":"TemplateId","value":"62e90394-69f5-4237-9190-012177145e10"},{"key":"ipaddr","value":"203.0.113.7"},{"key":"RequestId","value":"r-{{{id}}}"}]}}""" + "\n";

    /// <summary>A sign-in with a wrong password.</summary>
    public static string Failure(string id, string time, string user = "u1") =>
        $$$"""{"time":"{{{time}}}","category":"SignInLogs","operationName":"Sign-in activity","tenantId":"t1","resultType":"50126","properties":{"id":"{{{id}}}","createdDateTime":"{{{time}}}","userId":"{{{user}}}","userPrincipalName":"{{{user}}}@contoso.nl","status":{"errorCode":50126} } }""" + "\n";
}
