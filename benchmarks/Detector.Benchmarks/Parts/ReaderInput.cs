using System.Globalization;
using System.Text;
using Detector.Engine.Enrichment;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;

namespace Detector.Benchmarks.Parts;

/// <summary>Lines as Event Hubs export them: 95 % sign-ins, a tenth of them failed, 0.5 % activations, the rest other audits.</summary>
internal static class ReaderInput
{
    public static byte[] Lines(int bytes, int recordBytes, bool spaced)
    {
        var text = new StringBuilder(bytes + 2 * recordBytes);
        for (var i = 0; text.Length < bytes; i++)
        {
            var record = (i % 200) switch { 17 => Audit(i, true, recordBytes / 2), var k when k % 22 == 3 => Audit(i, false, recordBytes / 2), _ => SignIn(i, i % 10 == 5, recordBytes) };
            if (spaced) record = record.Replace("\":", "\": ", StringComparison.Ordinal).Replace(",\"", ", \"", StringComparison.Ordinal);
            text.Append(record).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The predicates of the shipped rules, in the little that reading needs of them.</summary>
    public static DetectionPlan Plan()
    {
        var signIns = new FieldIs(CanonicalField.Category, "SignInLogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs", "ManagedIdentitySignInLogs");
        var audits = new FieldIs(CanonicalField.Category, "AuditLogs");
        Predicate[] predicates =
        [
            new AllOf(signIns, new FieldIs(CanonicalField.ResultType, "50126", "50053", "50055", "50056", "50064", "50034", "50057", "50144", "500121", "53003")),
            new AllOf(audits, new FieldIs(CanonicalField.OperationName, "Add member to role completed (PIM activation)"), new FieldIs(CanonicalField.Result, "success")),
            new AllOf(audits, new FieldIs(CanonicalField.OperationName, "Add member to role completed (PIM activation)"), new FieldIs(CanonicalField.Result, "failure")),
            new AllOf(audits, new FieldIs(CanonicalField.OperationName, "Add member to role requested (PIM activation)", "Add member to role")),
            new AllOf(signIns, new FieldIs(CanonicalField.UserId, "00000000-0000-4000-8000-00000000beef")),
            new AllOf(audits, new FieldIs(CanonicalField.ActorId, "00000000-0000-4000-8000-00000000beef")),
        ];
        var schema = new FieldSchemaBuilder();
        foreach (var field in new[] { CanonicalField.Category, CanonicalField.ResultType, CanonicalField.OperationName, CanonicalField.Result, CanonicalField.UserId, CanonicalField.ActorId }) schema.Ask(field);
        return new DetectionPlan(
            new RuleSet { Schema = schema.Build(), Scores = [], Sigma = [.. predicates.Select((p, i) => new SigmaRule { Id = $"{i}", Name = $"{i}", Title = "", Version = "", File = "", Severity = Severity.Low, Predicate = p })] },
            new TenantProfile());
    }

    private static string SignIn(int i, bool failed, int bytes)
    {
        var user = (i * 7919L) % 2000;
        var code = failed ? "50126" : "0";
        var head = string.Create(CultureInfo.InvariantCulture, $$$$"""
            {"time":"2026-03-01T{{{{i / 3600 % 24:00}}}}:{{{{i / 60 % 60:00}}}}:{{{{i % 60:00}}}}.{{{{i % 10000000:0000000}}}}Z","resourceId":"/tenants/75243ab2-44f8-435c-a7a6-b479385df6d4/providers/Microsoft.aadiam","operationName":"Sign-in activity","operationVersion":"1.0","category":"{{{{(i % 3 == 0 ? "SignInLogs" : "NonInteractiveUserSignInLogs")}}}}","tenantId":"75243ab2-44f8-435c-a7a6-b479385df6d4","resultType":"{{{{code}}}}","resultSignature":"None","resultDescription":"","durationMs":0,"callerIpAddress":"203.0.113.{{{{i % 250}}}}","correlationId":"c0ffee00-0000-4000-8000-{{{{i:000000000000}}}}","identity":"User {{{{user}}}}","Level":4,"location":"NL","properties":{"id":"5161a1a0-0000-4000-8000-{{{{i:000000000000}}}}","createdDateTime":"2026-03-01T10:00:00.1234567+00:00","userDisplayName":"User {{{{user}}}}","userPrincipalName":"user{{{{user}}}}@contoso.nl","userId":"a1111111-1111-4111-8111-{{{{user:000000000000}}}}","appId":"1b730954-1685-4b74-9bfd-dac224a7b894","appDisplayName":"Azure Portal","ipAddress":"203.0.113.{{{{i % 250}}}}","status":{"errorCode":{{{{code}}}},"failureReason":"Other."},"clientAppUsed":"Browser","userAgent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36","deviceDetail":{"deviceId":"d{{{{user}}}}","displayName":"PC-{{{{user}}}}","operatingSystem":"Windows 11","browser":"Edge 133","isCompliant":true,"isManaged":true,"trustType":"Azure AD joined"},"location":{"city":"Utrecht","state":"Utrecht","countryOrRegion":"NL","geoCoordinates":{"latitude":52.09,"longitude":5.12}},"correlationId":"c0ffee00-0000-4000-8000-{{{{i:000000000000}}}}","conditionalAccessStatus":"success","originalRequestId":"5161a1a0-0000-4000-8000-{{{{i:000000000000}}}}","isInteractive":true,"riskDetail":"none","riskLevelDuringSignIn":"none","riskState":"none","resourceDisplayName":"Windows Azure Service Management API","authenticationRequirement":"multiFactorAuthentication","appliedConditionalAccessPolicies":[
            """);
        var text = new StringBuilder(head);
        const string Policy = """{"id":"9a1d5e0c-7f3b-4c1e-8a52-000000000000","displayName":"CA001: Require MFA for admins","enforcedGrantControls":["Mfa"],"enforcedSessionControls":[],"result":"notApplied","conditionsSatisfied":"none","conditionsNotSatisfied":"users"}""";
        while (text.Length < bytes - 60) text.Append(Policy).Append(',');
        return text.Append(Policy).Append("],\"servicePrincipalId\":\"\",\"userType\":\"Member\"}}").ToString();
    }

    private static string Audit(int i, bool activation, int bytes)
    {
        var user = (i * 104729L) % 2000;
        var operation = activation ? "Add member to role completed (PIM activation)" : (i % 3) switch { 0 => "Update user", 1 => "Add member to group", _ => "Update device" };
        var head = string.Create(CultureInfo.InvariantCulture, $$$$"""
            {"time":"2026-03-01T10:00:00.{{{{i % 10000000:0000000}}}}Z","resourceId":"/tenants/75243ab2-44f8-435c-a7a6-b479385df6d4/providers/Microsoft.aadiam","operationName":"{{{{operation}}}}","operationVersion":"1.0","category":"AuditLogs","tenantId":"75243ab2-44f8-435c-a7a6-b479385df6d4","resultSignature":"None","durationMs":0,"correlationId":"c0ffee00-0000-4000-8000-{{{{i:000000000000}}}}","Level":4,"properties":{"id":"Directory_{{{{i}}}}","category":"{{{{(activation ? "RoleManagement" : "UserManagement")}}}}","correlationId":"c0ffee00-0000-4000-8000-{{{{i:000000000000}}}}","result":"success","resultReason":"","activityDisplayName":"{{{{operation}}}}","activityDateTime":"2026-03-01T10:00:00.1234567+00:00","loggedByService":"{{{{(activation ? "PIM" : "Core Directory")}}}}","operationType":"Update","userAgent":null,"initiatedBy":{"user":{"id":"a1111111-1111-4111-8111-{{{{user:000000000000}}}}","displayName":null,"userPrincipalName":"user{{{{user}}}}@contoso.nl","ipAddress":"203.0.113.9","roles":[]}},"targetResources":[{"id":"b1111111-1111-4111-8111-{{{{user:000000000000}}}}","displayName":"Global Administrator","type":"{{{{(activation ? "Role" : "User")}}}}","userPrincipalName":"x@contoso.nl","modifiedProperties":[
            """);
        var text = new StringBuilder(head);
        const string Property = """{"displayName":"Included Updated Properties","oldValue":null,"newValue":"\"StrongAuthenticationMethod\""}""";
        while (text.Length < bytes - 100) text.Append(Property).Append(',');
        return text.Append(Property).Append("],\"administrativeUnits\":[]}],\"additionalDetails\":[{\"key\":\"User-Agent\",\"value\":\"x\"}]}}").ToString();
    }

    private sealed class FieldIs(CanonicalField field, params string[] texts) : Predicate
    {
        public override bool Matches(LogEvent candidate)
        {
            var value = candidate[field];
            for (var i = 0; i < value.Count; i++)
            {
                foreach (var text in texts)
                {
                    if (text.Equals(value[i], StringComparison.OrdinalIgnoreCase)) return true;
                }
            }

            return false;
        }

        public override bool? Decide(LogEvent partial, ReadOnlySpan<bool> known) => known[(int)field] ? Matches(partial) : null;

        public override void CollectSlots(ISet<int> slots) => slots.Add((int)field);

        public override void Explain(LogEvent candidate, ICollection<int> slots) => slots.Add((int)field);
    }

    private sealed class AllOf(params Predicate[] parts) : Predicate
    {
        public override bool Matches(LogEvent candidate) => Array.TrueForAll(parts, p => p.Matches(candidate));

        public override bool? Decide(LogEvent partial, ReadOnlySpan<bool> known)
        {
            bool? all = true;
            foreach (var part in parts)
            {
                var one = part.Decide(partial, known);
                if (one == false) return false;
                all &= one;
            }

            return all;
        }

        public override void CollectSlots(ISet<int> slots) => Array.ForEach(parts, p => p.CollectSlots(slots));

        public override void Explain(LogEvent candidate, ICollection<int> slots)
        {
        }
    }
}
