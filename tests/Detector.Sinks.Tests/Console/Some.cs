using Detector.Engine.Alerts;
using Detector.Engine.Rules;

namespace Detector.Sinks.Tests.Console;

/// <summary>Alerts to write.</summary>
internal static class Some
{
    public static readonly TimeZoneInfo Amsterdam = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");

    public static Alert Alert(Severity severity = Severity.High, string upn = "a@contoso.nl", string because = "Global Administrator is tier 0") => new()
    {
        Id = new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"),
        Rule = new SigmaRule
        {
            Id = "8f2f3c0e-54a7-4c0b-9d55-3f6a1b7c0001",
            Name = "pim_activation_risk",
            Title = "Risky PIM activation",
            Version = "sha256:0",
            File = "risk.yaml",
            Severity = severity,
            Predicate = new Never(),
            Tags = ["attack.t1078.004"],
        },
        Severity = severity,
        Score = 65,
        Factors = [new Factor("tier", 30, because, ["e1"]), new Factor("off_hours", 20, "23:10 Europe/Amsterdam", ["e1"]), new Factor("weekend", 15, "Sunday", ["e1"])],
        TenantId = "t1",
        Actor = new Principal("u1", upn),
        Role = new RoleInfo("62e90394", "Global Administrator", 0),
        Ip = "203.0.113.7",
        Justification = "Checking the mail flow",
        EventTime = new DateTime(2026, 3, 1, 22, 10, 4, DateTimeKind.Utc),
        FirstEventTime = new DateTime(2026, 3, 1, 22, 10, 4, DateTimeKind.Utc),
        LastEventTime = new DateTime(2026, 3, 1, 22, 10, 4, DateTimeKind.Utc),
        Evidence = [new Evidence("e1", new DateTime(2026, 3, 1, 22, 10, 4, DateTimeKind.Utc), "AuditLogs", "Add member to role completed (PIM activation)", "success")],
    };

    private sealed class Never : Predicate
    {
        public override bool Matches(Detector.Engine.Logs.LogEvent candidate) => false;

        public override bool? Decide(Detector.Engine.Logs.LogEvent partial, ReadOnlySpan<bool> known) => false;

        public override void CollectSlots(ISet<int> slots)
        {
        }

        public override void Explain(Detector.Engine.Logs.LogEvent candidate, ICollection<int> slots)
        {
        }
    }
}
