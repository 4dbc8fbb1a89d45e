using System.Text.Json.Nodes;

namespace Detector.Engine.Tests.Logs;

/// <summary>One event in the three shapes of log, each as its service writes it.</summary>
internal static class Golden
{
    public const string Tenant = "75243ab2-44f8-435c-a7a6-b479385df6d4";

    public const string Activation = $$$$"""
        {"time":"2026-03-01T22:10:04.1234567Z","resourceId":"/tenants/{{{{Tenant}}}}/providers/Microsoft.aadiam","operationName":"Add member to role completed (PIM activation)","operationVersion":"1.0","category":"AuditLogs","tenantId":"{{{{Tenant}}}}","resultSignature":"None","durationMs":0,"correlationId":"c0ffee00-0000-4000-8000-000000000001","identity":"Anna","Level":4,"properties":{"id":"PIM_8c2f","category":"RoleManagement","correlationId":"c0ffee00-0000-4000-8000-000000000001","result":"success","resultReason":"Patch \"Tuesday\" – now","activityDisplayName":"Add member to role completed (PIM activation)","activityDateTime":"2026-03-01T22:10:04.1234567+00:00","loggedByService":"PIM","operationType":"Assign","userAgent":null,"initiatedBy":{"user":{"id":"a1111111-1111-4111-8111-111111111111","displayName":"Anna","userPrincipalName":"Anna@contoso.nl","ipAddress":null,"roles":[]}},"targetResources":[{"id":"11111111-aaaa-4111-8111-000000000001","displayName":"Global Administrator","type":"Role","modifiedProperties":[{"displayName":"TemplateId","oldValue":"\"\"","newValue":"\"62e90394-69f5-4237-9190-012177145e10\""}],"administrativeUnits":[]},{"id":"req-1","displayName":null,"type":"Request","modifiedProperties":[],"administrativeUnits":[]},{"id":"a1111111-1111-4111-8111-111111111111","displayName":"Anna","type":"User","userPrincipalName":"anna@contoso.nl","modifiedProperties":[],"administrativeUnits":[]},{"id":"{{{{Tenant}}}}","displayName":"Contoso","type":"Directory","modifiedProperties":[],"administrativeUnits":[]},{"id":null,"displayName":null,"type":"Other","modifiedProperties":[],"administrativeUnits":[]}],"additionalDetails":[{"key":"RoleDefinitionOriginId","value":"62e90394-69f5-4237-9190-012177145e10"},{"key":"TemplateId","value":"62e90394-69f5-4237-9190-012177145e10"},{"key":"StartTime","value":"2026-03-01T22:10:04.0000000Z"},{"key":"ExpirationTime","value":"2026-03-02T00:40:04.0000000Z"},{"key":"Justification","value":"Patch \"Tuesday\" – now"},{"key":"ipaddr","value":"203.0.113.7"},{"key":"RequestId","value":"req-1"},{"key":"RoleAssignmentRequestId","value":"rar-1"},{"key":"TicketNumber","value":"INC0042"},{"key":"TicketSystem","value":"ServiceNow"},{"key":"IsAuthenticatedWithMfa","value":"True"},{"key":"IsActivationRequireApproval","value":"False"}]}}
        """;

    public const string SignIn = $$$$"""
        {"time":"2026-03-01T21:55:01.1234567Z","resourceId":"/tenants/{{{{Tenant}}}}/providers/Microsoft.aadiam","operationName":"Sign-in activity","operationVersion":"1.0","category":"SignInLogs","tenantId":"{{{{Tenant}}}}","resultType":"50126","resultSignature":"None","resultDescription":"Invalid username or password.","durationMs":0,"callerIpAddress":"203.0.113.7","correlationId":"c0ffee00-0000-4000-8000-000000000002","identity":"Anna","Level":4,"location":"NL","properties":{"id":"5161a1a0-0000-4000-8000-000000000001","createdDateTime":"2026-03-01T21:55:01.1234567+00:00","userDisplayName":"Anna","userPrincipalName":"anna@contoso.nl","userId":"a1111111-1111-4111-8111-111111111111","userType":"Member","appId":"1b730954-1685-4b74-9bfd-dac224a7b894","appDisplayName":"Azure Portal","ipAddress":"203.0.113.7","status":{"errorCode":50126,"failureReason":"Invalid username or password."},"clientAppUsed":"Browser","deviceDetail":{"deviceId":"d1","displayName":"PAW-01","operatingSystem":"Windows 11","isCompliant":true,"isManaged":false,"trustType":""},"location":{"city":"Utrecht","state":"Utrecht","countryOrRegion":"NL","geoCoordinates":{"latitude":52.09,"longitude":5.12}},"correlationId":"c0ffee00-0000-4000-8000-000000000002","conditionalAccessStatus":"notApplied","appliedConditionalAccessPolicies":[{"id":"p1","enforcedGrantControls":["Mfa"]}],"originalRequestId":"try-1","isInteractive":true,"riskDetail":"none","riskLevelDuringSignIn":"low","riskState":"none","riskEventTypes":[],"resourceDisplayName":"Windows Azure Service Management API","tenantId":"{{{{Tenant}}}}","authenticationDetails":[{"authenticationMethod":"Password","succeeded":false},{"authenticationMethod":"Password","succeeded":true},{"authenticationMethod":"FIDO2","succeeded":true},{"succeeded":false}],"authenticationRequirement":"multiFactorAuthentication","servicePrincipalId":""}}
        """;

    /// <summary>Graph: flat, null for the initiator that it was not, times with another name.</summary>
    public static string Graph(string eventHub)
    {
        var record = JsonNode.Parse(eventHub)!;
        var inner = record["properties"]!.DeepClone().AsObject();
        if (inner["initiatedBy"] is JsonObject initiator) initiator["app"] = null;

        // Graph's audits lack the tenant; the beta sign-ins have it.
        inner["resourceTenantId"] = Tenant;
        return inner.ToJsonString();
    }

    /// <summary>A Log Analytics row: PascalCase, and nested columns as JSON in text when <paramref name="asText"/>.</summary>
    public static string Row(string eventHub, bool asText)
    {
        var record = JsonNode.Parse(eventHub)!;
        var inner = record["properties"]!.AsObject();
        var audit = (string)record["category"]! == "AuditLogs";
        var row = new JsonObject
        {
            ["TenantId"] = "9999aaaa-0000-4000-8000-00000000ffff",
            ["SourceSystem"] = "Azure AD",
            ["TimeGenerated"] = (string)record["time"]!,
            ["OperationName"] = (string)record["operationName"]!,
            ["Category"] = audit ? (string)inner["category"]! : (string)record["category"]!,
            ["ResultType"] = audit ? "" : (string)record["resultType"]!,
            ["AADTenantId"] = Tenant,
            ["Type"] = audit ? "AuditLogs" : "SigninLogs",
        };
        if (!audit) row["Location"] = (string)record["location"]!;
        foreach (var (name, value) in inner)
        {
            if (name is "category") continue;
            var column = name switch
            {
                "location" => "LocationDetails",
                "operationType" => "AADOperationType",
                "ipAddress" => "IPAddress",
                _ => char.ToUpperInvariant(name[0]) + name[1..],
            };
            row[column] = value is JsonObject or JsonArray && asText ? value.ToJsonString() : value?.DeepClone() ?? "";
        }

        return row.ToJsonString();
    }

    public static string Spaced(string json) => JsonNode.Parse(json)!.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }).ReplaceLineEndings(" ");
}
