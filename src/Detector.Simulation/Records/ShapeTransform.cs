using System.Text.Json.Nodes;

namespace Detector.Simulation.Records;

/// <summary>From the Event Hub form of a record, in which templates are written, to the other two shapes.</summary>
internal static class ShapeTransform
{
    public static JsonObject To(LogShape shape, JsonObject record, JsonStyle style) => shape switch
    {
        LogShape.Graph => ToGraph(record),
        LogShape.LogAnalytics => ToLogAnalytics(record, style),
        _ => record,
    };

    private static bool IsAudit(JsonObject record) => CategoryOf(record) == "AuditLogs";

    private static string CategoryOf(JsonObject record) => record["category"]!.GetValue<string>();

    // Graph writes plain values first, then objects and arrays.
    private static JsonObject ToGraph(JsonObject record)
    {
        var flat = (JsonObject)record["properties"]!.DeepClone();
        if (IsAudit(record))
        {
            flat["activityDateTime"] = "@{time}";
            var by = (JsonObject)flat["initiatedBy"]!;
            if (!by.ContainsKey("user")) by["user"] = null;
            if (!by.ContainsKey("app")) by["app"] = null;
        }
        else
        {
            flat["createdDateTime"] = "@{time}";
            flat.Remove("tenantId");
            flat["signInEventTypes"] = new JsonArray(CategoryOf(record) switch
            {
                "SignInLogs" => "interactiveUser",
                "NonInteractiveUserSignInLogs" => "nonInteractiveUser",
                "ServicePrincipalSignInLogs" => "servicePrincipal",
                _ => "managedIdentity",
            });
        }

        var ordered = new JsonObject();
        foreach (var (name, value) in flat.Where(m => m.Value is not (JsonObject or JsonArray))) ordered[name] = value?.DeepClone();
        foreach (var (name, value) in flat.Where(m => m.Value is JsonObject or JsonArray)) ordered[name] = value!.DeepClone();
        return ordered;
    }

    // The table AzureActivity, which names its columns otherwise.
    private static JsonObject ToActivityTable(JsonObject record, JsonStyle style) => new()
    {
        ["TenantId"] = "b2b0c6a4-9c1d-4f7e-8a35-0d5e6f7a8b9c",
        ["SourceSystem"] = "Azure",
        ["TimeGenerated"] = "@{time}",
        ["OperationName"] = "@{activityName}",
        ["OperationNameValue"] = "@{activity}",
        ["Level"] = "Information",
        ["Category"] = "Administrative",
        ["CategoryValue"] = "Administrative",
        ["ActivityStatusValue"] = record["resultType"]!.DeepClone(),
        ["Caller"] = "@{upn}",
        ["CallerIpAddress"] = "@{ip}",
        ["CorrelationId"] = "@{correlation}",
        ["EventDataId"] = "@{record}",
        ["Authorization"] = TemplateText.Json(record["identity"]!["authorization"], style),
        ["Claims"] = TemplateText.Json(record["identity"]!["claims"], style),
        ["Properties"] = TemplateText.Json(record["properties"], style),
        ["Type"] = "AzureActivity",
    };

    private static JsonObject ToLogAnalytics(JsonObject record, JsonStyle style)
    {
        if (CategoryOf(record) == "Administrative") return ToActivityTable(record, style);
        var isAudit = IsAudit(record);
        var row = new JsonObject
        {
            ["TenantId"] = "b2b0c6a4-9c1d-4f7e-8a35-0d5e6f7a8b9c",
            ["SourceSystem"] = "Azure AD",
            ["TimeGenerated"] = "@{time}",
        };
        foreach (var (name, value) in record)
        {
            var column = name switch
            {
                "time" or "tenantId" or "properties" or "callerIpAddress" => null,
                "category" when isAudit => null,
                _ => Pascal(name),
            };
            if (column is not null) row[column] = value?.DeepClone();
        }

        foreach (var (name, value) in (JsonObject)record["properties"]!)
        {
            var column = name switch
            {
                "location" => "LocationDetails",
                "operationType" => "AADOperationType",
                "ipAddress" => "IPAddress",
                "tenantId" => null,
                "resourceId" => "ResourceIdentity",
                "riskEventTypes_v2" => "RiskEventTypes_V2",
                _ => Pascal(name),
            };
            if (column is null) continue;
            row[column] = value is JsonObject or JsonArray ? TemplateText.Json(value, style) : value?.DeepClone();
        }

        row["AADTenantId"] = record["tenantId"]!.DeepClone();
        row["ResourceGroup"] = "Microsoft.aadiam";
        row["Type"] = CategoryOf(record) switch
        {
            "AuditLogs" => "AuditLogs",
            "SignInLogs" => "SigninLogs",
            "NonInteractiveUserSignInLogs" => "AADNonInteractiveUserSignInLogs",
            "ServicePrincipalSignInLogs" => "AADServicePrincipalSignInLogs",
            _ => "AADManagedIdentitySignInLogs",
        };
        return row;
    }

    private static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
