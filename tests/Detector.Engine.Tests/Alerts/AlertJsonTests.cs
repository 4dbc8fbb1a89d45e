using System.Buffers;
using System.Text;
using System.Text.Json;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Engine.Tests.Alerts;

public sealed class AlertJsonTests
{
    private static readonly DateTime s_time = new DateTime(2026, 3, 1, 22, 10, 4, DateTimeKind.Utc).AddTicks(1234567);

    [Fact]
    public void An_alert_is_written_as_the_contract_says() => Assert.Equal(
        """
        {"schema":"detector.alert/1","alertId":"7d444840-9dc0-51d1-b245-5ffdce74fad2","revision":2,"final":true,"ruleId":"8f2f3c0e-54a7-4c0b-9d55-3f6a1b7c0001","ruleName":"pim_activation_risk","ruleVersion":"sha256:ab","title":"Risky PIM activation","severity":"high","score":65,"factors":[{"id":"tier","points":30,"because":"Global Administrator is tier 0","events":["PIM_8c"]}],"tenantId":"t","actor":{"id":"u","upn":"a@contoso.nl"},"target":null,"role":{"id":"62e9","name":"Global Administrator","tier":0},"ip":"203.0.113.7","location":{"city":"Utrecht","country":"NL"},"device":null,"justification":"h\u0027ello","ticket":null,"eventTime":"2026-03-01T22:10:04.1234567Z","firstEventTime":"2026-03-01T22:10:04.1234567Z","lastEventTime":"2026-03-01T22:10:04.1234567Z","evidence":[{"id":"PIM_8c","time":"2026-03-01T22:10:04.1234567Z","category":"AuditLogs","operation":"Add member to role completed (PIM activation)","result":"success"}],"tags":["attack.privilege-escalation","attack.t1078.004"],"tactics":["PrivilegeEscalation"],"techniques":["T1078.004"],"runbook":null,"falsePositives":[]}
        """,
        Json(Alert("h'ello")));

    [Property]
    public void Whatever_a_user_wrote_gives_one_line_of_valid_json(string? text)
    {
        var json = Json(Alert(text));
        Assert.DoesNotContain(json, char.IsControl);
        using var parsed = JsonDocument.Parse(json);
        if (text is not null && IsWellFormed(text)) Assert.Equal(text, parsed.RootElement.GetProperty("justification").GetString());
    }

    [Theory]
    [InlineData("\ud800 alone")]
    [InlineData("\u202e reversed \u200b hidden \u0007")]
    public void Broken_and_invisible_characters_are_escaped(string text)
    {
        var json = Json(Alert(text));
        Assert.All(json, c => Assert.InRange(c, ' ', '\u017f'));
        using var parsed = JsonDocument.Parse(json);
    }

    private static bool IsWellFormed(string text) => string.Equals(text, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);

    private static string Json(Alert alert)
    {
        var bytes = new ArrayBufferWriter<byte>();
        AlertJson.Write(bytes, alert);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static Alert Alert(string? justification) => new()
    {
        Id = new Guid("7d444840-9dc0-51d1-b245-5ffdce74fad2"),
        Revision = 2,
        Final = true,
        Severity = Severity.High,
        Score = 65,
        TenantId = "t",
        Rule = Tests.Pipeline.Scene.Risk with { Name = "pim_activation_risk", Title = "Risky PIM activation", Version = "sha256:ab", Tags = ["attack.privilege-escalation", "attack.t1078.004"] },
        Factors = [new Factor("tier", 30, "Global Administrator is tier 0", ["PIM_8c"])],
        Actor = new Principal("u", "a@contoso.nl"),
        Role = new RoleInfo("62e9", "Global Administrator", 0),
        Ip = "203.0.113.7",
        City = "Utrecht",
        Country = "NL",
        Justification = justification,
        EventTime = s_time,
        FirstEventTime = s_time,
        LastEventTime = s_time,
        Evidence = [new Evidence("PIM_8c", s_time, "AuditLogs", "Add member to role completed (PIM activation)", "success")],
    };
}
