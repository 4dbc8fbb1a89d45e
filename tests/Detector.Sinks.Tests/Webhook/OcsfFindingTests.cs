using System.Text.Json;
using System.Text.Json.Nodes;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;
using Detector.Sinks.Webhook;
using Detector.Testing;
using Detector.Testing.Ocsf;
using FsCheck;
using FsCheck.Fluent;

namespace Detector.Sinks.Tests.Webhook;

public sealed class OcsfFindingTests
{
    [Fact]
    public void A_finding_says_what_the_alert_says()
    {
        var finding = Finding(Alerts.Whole(severity: Severity.Critical));
        Assert.Equal((1, 200401, 5, 4, 85), (Number(finding, "activity_id"), Number(finding, "type_uid"), Number(finding, "severity_id"), Number(finding, "risk_level_id"), Number(finding, "risk_score")));
        Assert.Equal(1772403004000, finding["time"]!.GetValue<long>());
        var info = finding["finding_info"]!;
        Assert.Equal((Alerts.One(1).Id.ToString(), "Risky PIM activation", "pim_activation_risk"), (info["uid"]!.GetValue<string>(), info["title"]!.GetValue<string>(), info["analytic"]!["name"]!.GetValue<string>()));
        Assert.Equal("""[{"tactic":{"name":"Privilege Escalation","uid":"TA0004"},"technique":{"uid":"T1078"},"sub_technique":{"uid":"T1078.004"}}]""", info["attacks"]!.ToJsonString());
        Assert.Equal("""{"actor":{"user":{"name":"j.jansen@contoso.nl","uid":"3b0c6e0a-0000-4000-8000-000000000002"}},"src_endpoint":{"ip":"203.0.113.7","location":{"city":"Utrecht","country":"NL"}},"device":{"type_id":0,"name":"LAPTOP-0042"}}""", finding["evidences"]![0]!.ToJsonString());
        Assert.Equal(4, finding["evidences"]!.AsArray().Count);
        Assert.Equal(("1.5.0", "7d1c2f7a-0000-4000-8000-000000000001"), (finding["metadata"]!["version"]!.GetValue<string>(), finding["metadata"]!["tenant_uid"]!.GetValue<string>()));
    }

    [Fact]
    public void What_becomes_of_an_alert_is_what_is_done_to_the_finding()
    {
        var alert = Alerts.Whole();
        Assert.Equal([1, 1, 2, 3, 3], ((OutgoingAlert[])
        [
            OutgoingAlert.Of(alert, 1),
            OutgoingAlert.Of(alert with { Final = true }, 1),
            OutgoingAlert.Of(alert with { Revision = 1 }, 1),
            OutgoingAlert.Of(alert with { Revision = 1, Final = true }, 1, isClosing: true),
            OutgoingAlert.Of(alert with { Revision = 1, MergedInto = Alerts.One(2).Id }, 1),
        ]).Select(outgoing => Number(Finding(outgoing), "activity_id")));

        // Detection is through with it; whether people are is not known. What became part of another is nobody's business any more.
        Assert.Equal("New", Finding(OutgoingAlert.Of(alert with { Final = true }, 1, isClosing: true))["status"]!.GetValue<string>());
        var merged = Finding(OutgoingAlert.Of(alert with { Revision = 1, MergedInto = Alerts.One(2).Id }, 1));
        Assert.Equal((99, "Merged", Alerts.One(2).Id.ToString()), (Number(merged, "status_id"), merged["status"]!.GetValue<string>(), merged["metadata"]!["correlation_uid"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("203.0.113.7", "ip", "203.0.113.7")]
    [InlineData("2001:DB8:0:0::1", "ip", "2001:db8::1")]
    [InlineData("fe80::1%eth0", "ip", "fe80::1")]
    [InlineData("7", "name", "7")]
    [InlineData("not an address", "name", "not an address")]
    public void Only_what_is_an_address_is_called_one(string given, string attribute, string expected) =>
        Assert.Equal(expected, Finding(Alerts.Whole() with { Ip = given })["evidences"]![0]!["src_endpoint"]![attribute]!.GetValue<string>());

    [Fact]
    public void However_hostile_an_alert_is_its_finding_is_valid() => Hostile(OcsfSchema.Excerpt);

    [Fact]
    public void However_hostile_an_alert_is_its_finding_is_valid_by_the_files_of_the_schema()
    {
        if (RepositoryFolder.Shared("contracts/ocsf") is not { } folder) { Assert.Skip("../shared/contracts/ocsf is not there."); return; }
        var schema = OcsfSchema.Of(folder);
        Assert.Empty(schema.ContradictionsOf(OcsfSchema.Excerpt));
        Hostile(schema);
        foreach (var broken in s_faults) Assert.NotEmpty(schema.ProblemsOf(Broken(broken)));
    }

    [Fact]
    public void What_is_no_finding_is_seen()
    {
        Assert.Empty(OcsfSchema.Excerpt.ProblemsOf(Broken(_ => { })));
        foreach (var broken in s_faults) Assert.Single(OcsfSchema.Excerpt.ProblemsOf(Broken(broken)));
    }

    private static readonly Action<JsonObject>[] s_faults =
    [
        finding => finding.Remove("time"),
        finding => finding.Remove("finding_info"),
        finding => finding["metadata"]!.AsObject().Remove("product"),
        finding => finding["finding_info"]!.AsObject().Remove("uid"),
        finding => finding["finding_info"]!["name"] = "x",
        finding => finding["severity_id"] = 7,
        finding => finding["activity_id"] = 4,
        finding => finding["time"] = "2026-03-01T22:10:04Z",
        finding => finding["score"] = 1,
        finding => finding["evidences"]!.AsArray().Add((JsonNode)new JsonObject()),
        finding => finding["evidences"]![0]!["device"]!.AsObject().Remove("type_id"),
        finding => finding["finding_info"]!["attacks"]!.AsArray().Add((JsonNode)new JsonObject()),
    ];

    private static byte[] Broken(Action<JsonObject> fault)
    {
        var finding = Finding(Alerts.Whole());
        fault(finding);
        return JsonSerializer.SerializeToUtf8Bytes(finding);
    }

    private static void Hostile(OcsfSchema schema)
    {
        foreach (var severity in Enum.GetValues<Severity>()) Assert.Empty(schema.ProblemsOf(OcsfFinding.Of(Alerts.One(1, severity))));
        foreach (var text in (string[])["", " ", "\u200B", "\u202Egnp.exe", "\uD83D", "NL", "{{x}}", "<at>all</at>", new string('x', 1_000_000)]) Check(text, 3);
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), Gen.Choose(0, 300).ToArbitrary(), Check).QuickCheckThrowOnFailure();

        void Check(string text, int records)
        {
            var whole = Alerts.Whole(text: text, evidence: records) with { TenantId = text, DeviceId = text, Target = new Principal(text, text), Role = new RoleInfo(text, text, null), Rule = Alerts.Rule(title: text ?? "", runbook: text) };
            foreach (var alert in (Alert[])[whole, whole with { Score = null, Actor = null, Target = null, Role = null, Ip = null, DeviceId = null, DeviceName = null, Factors = [], City = null, Country = text }, whole with { Actor = new Principal(text, null), EventTime = DateTime.MinValue }])
            {
                var finding = OcsfFinding.Of(OutgoingAlert.Of(alert, 1));
                Assert.Empty(schema.ProblemsOf(finding));
                Assert.True(finding.Length < 400_000);
            }
        }
    }

    private static JsonObject Finding(Alert alert) => Finding(OutgoingAlert.Of(alert, 1));

    private static JsonObject Finding(OutgoingAlert alert) => JsonNode.Parse(OcsfFinding.Of(alert))!.AsObject();

    private static int Number(JsonObject finding, string name) => finding[name]!.GetValue<int>();
}
