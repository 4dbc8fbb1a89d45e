using Detector.Engine.Entra;
using Detector.Engine.Logs;
using Detector.Engine.Tests.Logs;
using Xunit;

namespace Detector.Engine.Tests.Entra;

/// <summary>What real audit records do that their documentation does not say.</summary>
public sealed class AuditQuirkTests
{
    private const string Role = """{"id":"r1","displayName":"Owner","type":"Role"}""";
    private const string User = """{"id":"u1","displayName":"Anna","type":"User","userPrincipalName":"anna@contoso.nl"}""";
    private const string Request = """{"id":"q1","type":"Request"}""";

    [Fact]
    public void A_log_analytics_row_with_most_columns_projected_away_is_an_audit_record_all_the_same()
    {
        var row = Reading.One("""{"TimeGenerated":"2026-03-03T10:00:00Z","Category":"RoleManagement","OperationName":"Add member to role","Result":"success","InitiatedBy":"{\"user\":{\"id\":\"u1\"}}"}""");
        Assert.Equal("AuditLogs, RoleManagement", row[CanonicalField.Category].ToString());
        Assert.Equal("u1", row.Text(CanonicalField.ActorId));
    }

    [Fact]
    public void An_expired_activation_has_its_user_elsewhere()
    {
        var e = Pim(PimOperations.ActivationExpired, $$"""[{{Role}},{{Request}},{"type":"Other"},{{User}}]""", initiatedBy: """{"user":{"id":"x","displayName":"Azure AD PIM","userPrincipalName":null},"app":null}""");
        Assert.Equal("anna@contoso.nl", e.Text(CanonicalField.TargetUpn));
        Assert.False(e[CanonicalField.ActorUpn].IsPresent);
        Assert.Equal("User", e.Text(CanonicalField.ActorType));
    }

    [Fact]
    public void Types_come_before_places()
    {
        var e = Pim("Add member to role requested (PIM activation)", $"[{User},{Request},{Role}]");
        Assert.Equal("Owner r1 Anna q1", $"{e.Text(CanonicalField.RoleName)} {e.Text(CanonicalField.RoleId)} {e.Text(CanonicalField.TargetName)} {e.Text(CanonicalField.RequestId)}");
    }

    [Fact]
    public void Without_types_the_place_counts()
    {
        var e = Pim("Add member to role requested (PIM activation)", """[{"id":"r1","displayName":"Owner"},{"id":"q1"},{"id":"u1","displayName":"Anna"}]""");
        Assert.Equal("Owner Anna", $"{e.Text(CanonicalField.RoleName)} {e.Text(CanonicalField.TargetName)}");
    }

    [Theory]
    [InlineData("""{"id":"g1","displayName":"Admins","type":"Group"}""", "Admins")]
    [InlineData("""{"id":"/subscriptions/1","displayName":null,"type":"Resource"}""", "/subscriptions/1")]
    [InlineData("""{"id":"t1","displayName":"Contoso","type":"Directory"}""", null)]
    public void Groups_and_resources_are_the_scope_of_a_role(string fourth, string? scope) =>
        Assert.Equal(scope, Pim("Add member to role completed (PIM activation)", $"[{Role},{Request},{User},{fourth}]").Text(CanonicalField.RoleScope));

    [Fact]
    public void The_reason_of_a_failure_is_no_justification()
    {
        var e = Pim("Add member to role requested (PIM activation)", $"[{Role},{Request},{User}]", result: "Failure", reason: "RoleAssignmentExists", details: """[{"value":"because","KEY":"justification"}]""");
        Assert.Equal("failure RoleAssignmentExists because", $"{e.Text(CanonicalField.Result)} {e.Text(CanonicalField.ResultReason)} {e.Text(CanonicalField.Justification)}");
    }

    [Fact]
    public void Changed_settings_are_no_justification_and_have_no_subject()
    {
        var e = Pim(PimOperations.SettingUpdated, $$"""[{{Role}},{{Request}},{"id":"o1","type":"Other"}]""", reason: "MFA on activation: off");
        Assert.False(e[CanonicalField.Justification].IsPresent);
        Assert.False(e[CanonicalField.TargetId].IsPresent);
    }

    [Theory]
    [InlineData("Add member to role", "newValue", "oldValue")]
    [InlineData("Remove member from role", "oldValue", "newValue")]
    public void The_directory_has_the_role_among_the_changes(string operation, string filled, string empty)
    {
        var targets = $$"""[{"id":"u1","type":"User","userPrincipalName":"anna@contoso.nl","modifiedProperties":[{"displayName":"Role.DisplayName","{{empty}}":null,"{{filled}}":"\"Global \\\"A\\\"\""},{"displayName":"Role.TemplateId","{{filled}}":"\"62e9\"","{{empty}}":null}]},{"id":"objectid","type":"Role"}]""";
        var e = Audit(operation, "Core Directory", targets, """{"user":null,"app":{"appId":"01fc33a7","displayName":"MS-PIM","servicePrincipalId":"sp1"}}""");
        Assert.Equal("Global \"A\" 62e9 anna@contoso.nl", $"{e.Text(CanonicalField.RoleName)} {e.Text(CanonicalField.RoleId)} {e.Text(CanonicalField.TargetUpn)}");
        Assert.Equal("App sp1 01fc33a7 MS-PIM", $"{e.Text(CanonicalField.ActorType)} {e.Text(CanonicalField.ActorId)} {e.Text(CanonicalField.ActorAppId)} {e.Text(CanonicalField.ActorAppName)}");
        Assert.False(e[CanonicalField.RequestId].IsPresent);
    }

    [Fact]
    public void Activity_names_lose_the_spaces_around_them() =>
        Assert.Equal("Update application – Certificates", Audit("Update application – Certificates ", "Core Directory", "[]").Text(CanonicalField.OperationName));

    [Fact]
    public void Graph_sign_ins_tell_their_stream_by_type_or_by_who_signs_in()
    {
        Assert.Equal("NonInteractiveUserSignInLogs", Category(""" "userId":"u","status":{"errorCode":0},"signInEventTypes":["nonInteractiveUser"] """));
        Assert.Equal("ServicePrincipalSignInLogs", Category(""" "userId":null,"servicePrincipalId":"s","appId":"a" """));
        Assert.Equal("SignInLogs", Category(""" "userId":"u","servicePrincipalId":"","appId":"a" """));
        static string Category(string members) => Reading.One($$"""{"createdDateTime":"2026-01-01T00:00:00Z",{{members}}}""")[CanonicalField.Category].ToString();
    }

    private static LogEvent Pim(string operation, string targets, string initiatedBy = """{"user":{"id":"u1"}}""", string result = "success", string reason = "", string details = "[]") =>
        Audit(operation, "PIM", targets, initiatedBy, result, reason, details);

    private static LogEvent Audit(string operation, string service, string targets, string initiatedBy = """{"user":{"id":"u1"}}""", string result = "success", string reason = "", string details = "[]") =>
        Reading.One($$"""{"time":"2026-01-01T00:00:00Z","category":"AuditLogs","operationName":"{{operation}}","properties":{"id":"1","category":"RoleManagement","result":"{{result}}","resultReason":"{{reason}}","loggedByService":"{{service}}","initiatedBy":{{initiatedBy}},"targetResources":{{targets}},"additionalDetails":{{details}} } }""");
}
