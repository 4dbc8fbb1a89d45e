using Detector.Engine.Logs;
using Xunit;

namespace Detector.Engine.Tests.Logs;

public sealed class ShapeTests
{
    private static readonly FieldDefinition[] s_more =
    [
        new("deviceDetail.operatingSystem", FieldKind.Path), new("deviceDetail.trustType", FieldKind.Path), new("authenticationDetails.succeeded", FieldKind.Path),
        new("appliedConditionalAccessPolicies", FieldKind.Path), new("location.geoCoordinates.latitude", FieldKind.Path), new("targetResources.displayName", FieldKind.Path),
        new("operationType", FieldKind.Path), new("InitiatedBy.USER.userPrincipalName", FieldKind.Path), new("Modified.TemplateId.New", FieldKind.Modified), new("nothing.here", FieldKind.Path),
    ];

    public static TheoryData<string, bool> Events() => new() { { Golden.Activation, true }, { Golden.Activation, false }, { Golden.SignIn, true }, { Golden.SignIn, false } };

    [Theory]
    [MemberData(nameof(Events))]
    public void The_same_event_is_equal_in_three_shapes(string eventHub, bool asText)
    {
        var plan = Reading.Everything(s_more);
        var expected = Reading.One(eventHub, plan);
        var audit = eventHub == Golden.Activation;
        foreach (var other in new[] { Golden.Row(eventHub, asText), Golden.Spaced(Golden.Row(eventHub, asText)), Golden.Graph(eventHub), Golden.Spaced(eventHub) })
        {
            var actual = Reading.One(other, plan);
            Assert.Equal(Reading.Show(expected), Reading.Show(actual));
            Assert.Equal(expected.Time, actual.Time);
            for (var i = 0; i < plan.Schema.Count; i++) Assert.Equal(expected[i], actual[i]);
        }

        Assert.Equal(audit, expected[CanonicalField.ActorUpn].IsPresent);
    }

    [Fact]
    public void An_activation_has_every_pim_field()
    {
        var e = Reading.One(Golden.Activation, Reading.Everything(new FieldDefinition("Modified.TemplateId.New", FieldKind.Modified)));
        Assert.Equal("AuditLogs, RoleManagement", e[CanonicalField.Category].ToString());
        Assert.Equal("Global Administrator", e.Text(CanonicalField.RoleName));
        Assert.Equal("62e90394-69f5-4237-9190-012177145e10", e.Text(CanonicalField.RoleId));
        Assert.Equal("rar-1", e.Text(CanonicalField.RequestId));
        Assert.Equal("Patch \"Tuesday\" – now", e.Text(CanonicalField.Justification));
        Assert.Equal("Patch \"Tuesday\" – now", e.Text(CanonicalField.ResultReason));
        Assert.Equal("INC0042 ServiceNow", $"{e.Text(CanonicalField.TicketNumber)} {e.Text(CanonicalField.TicketSystem)}");
        Assert.Equal("2026-03-01T22:10:04.0000000Z", e.Text(CanonicalField.ActivationStart));
        Assert.Equal("2.5", e.Text(CanonicalField.ActivationHours));
        Assert.Equal("true false", $"{e.Text(CanonicalField.ActivationMfa)} {e.Text(CanonicalField.ActivationApprovalRequired)}");
        Assert.Equal("203.0.113.7", e.Text(CanonicalField.ActorIp));
        Assert.Equal("User a1111111-1111-4111-8111-111111111111 Anna@contoso.nl", $"{e.Text(CanonicalField.ActorType)} {e.Text(CanonicalField.ActorId)} {e.Text(CanonicalField.ActorUpn)}");
        Assert.Equal("anna@contoso.nl", e.Text(CanonicalField.TargetUpn));
        Assert.Equal("62e90394-69f5-4237-9190-012177145e10", e[CanonicalFields.Count].Text);
        Assert.False(e[CanonicalField.RoleScope].IsPresent);
        Assert.False(e[CanonicalField.UserId].IsPresent);
    }

    [Fact]
    public void A_sign_in_has_every_sign_in_field()
    {
        var e = Reading.One(Golden.SignIn);
        Assert.Equal("SignInLogs", e[CanonicalField.Category].ToString());
        Assert.Equal("50126 failure", $"{e.Text(CanonicalField.ResultType)} {e.Text(CanonicalField.Result)}");
        Assert.Equal("try-1", e.Text(CanonicalField.AttemptId));
        Assert.Equal("5161a1a0-0000-4000-8000-000000000001", e.Id);
        Assert.Equal("Password, FIDO2", e[CanonicalField.AuthMethods].ToString());
        Assert.Equal("d1 PAW-01 true false", $"{e.Text(CanonicalField.DeviceId)} {e.Text(CanonicalField.DeviceName)} {e.Text(CanonicalField.DeviceCompliant)} {e.Text(CanonicalField.DeviceManaged)}");
        Assert.Equal("Utrecht NL", $"{e.Text(CanonicalField.LocationCity)} {e.Text(CanonicalField.LocationCountry)}");
        Assert.Equal("low none none", $"{e.Text(CanonicalField.RiskLevel)} {e.Text(CanonicalField.RiskState)} {e.Text(CanonicalField.RiskDetail)}");
        Assert.Equal("Member Browser notApplied multiFactorAuthentication", $"{e.Text(CanonicalField.UserType)} {e.Text(CanonicalField.Client)} {e.Text(CanonicalField.ConditionalAccess)} {e.Text(CanonicalField.AuthRequirement)}");
        Assert.False(e[CanonicalField.ActorId].IsPresent);
    }

    [Theory]
    [InlineData("{{\"records\":[{0},{1}]}}")]
    [InlineData("[{0} , {1}]")]
    [InlineData("{{\"value\" : [ {0},{1} ]}}")]
    [InlineData("{{\"@odata.context\":\"https://graph\",\"value\":[{0},{1}],\"@odata.nextLink\":\"https://{{x}}\"}}")]
    [InlineData("{{\"count\":2,\"records\":[{0},{1}]}}")]
    [InlineData("[[{0}],{{\"records\":[{1}]}}]")]
    public void Containers_give_their_records(string container)
    {
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, container, Golden.Activation, Golden.SignIn);
        var batch = Reading.Lines(text + "\n" + text);
        Assert.Empty(batch.Rejects);
        Assert.Equal(4, batch.Records);
        Assert.Equal(["PIM_8c2f", "5161a1a0-0000-4000-8000-000000000001", "PIM_8c2f", "5161a1a0-0000-4000-8000-000000000001"], batch.Events.Select(e => e.Event.Id));
        foreach (var matched in batch.Events)
        {
            var place = matched.Event.Place;
            Assert.Equal((byte)'{', System.Text.Encoding.UTF8.GetBytes(text + "\n" + text)[place.Offset]);
        }
    }

    [Fact]
    public void An_event_without_id_gets_the_same_hash_in_every_shape()
    {
        foreach (var golden in new[] { Golden.Activation, Golden.SignIn })
        {
            var without = golden.Replace("\"id\":\"PIM_8c2f\",", "", StringComparison.Ordinal).Replace("\"id\":\"5161a1a0-0000-4000-8000-000000000001\",", "", StringComparison.Ordinal);
            var ids = new[] { without, Golden.Graph(without), Golden.Row(without, true), Golden.Row(without, false) }.Select(j => Reading.One(j).Id).ToArray();
            Assert.StartsWith("hash:", ids[0], StringComparison.Ordinal);
            Assert.Equal(37, ids[0].Length);
            Assert.Single(ids.Distinct());
        }
    }
}
