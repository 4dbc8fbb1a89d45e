using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;

namespace Detector.Sinks.Tests;

/// <summary>Alerts for sinks.</summary>
internal static class Alerts
{
    public static SigmaRule Rule(string title = "Risky PIM activation", string? runbook = "https://runbooks.contoso.nl/pim") => new()
    {
        Id = "8f2f3c0e-54a7-4c0b-9d55-3f6a1b7c0001",
        Name = "pim_activation_risk",
        Title = title,
        Version = "sha256:1",
        File = "test",
        Severity = Severity.High,
        Predicate = new ConstantPredicate(true),
        Tags = ["attack.privilege-escalation", "attack.t1078.004"],
        Runbook = runbook,
    };

    public static Alert Whole(int number = 1, Severity severity = Severity.High, string? text = null, int evidence = 3) => new()
    {
        Id = AlertId.From("t1", "rule", $"subject-{number}"),
        Rule = Rule(),
        Severity = severity,
        Score = 85,
        TenantId = "7d1c2f7a-0000-4000-8000-000000000001",
        Actor = new Principal("3b0c6e0a-0000-4000-8000-000000000002", text ?? "j.jansen@contoso.nl"),
        Role = new RoleInfo("62e90394-69f5-4237-9190-012177145e10", text ?? "Global Administrator", 0),
        Ip = text ?? "203.0.113.7",
        City = text ?? "Utrecht",
        Country = text ?? "NL",
        DeviceName = text ?? "LAPTOP-0042",
        Justification = text ?? "Mail flow is down for the ministry",
        Ticket = text ?? "INC0012345",
        EventTime = new DateTime(2026, 3, 1, 22, 10, 4, DateTimeKind.Utc),
        FirstEventTime = new DateTime(2026, 3, 1, 21, 40, 0, DateTimeKind.Utc),
        LastEventTime = new DateTime(2026, 3, 1, 22, 10, 4, DateTimeKind.Utc),
        Factors =
        [
            new Factor("tier", 30, text ?? "Global Administrator is tier 0", ["PIM_1"]),
            new Factor("off_hours", 20, text ?? "23:10 Europe/Amsterdam", ["PIM_1"]),
            new Factor("weekend", 15, text ?? "Sunday", ["PIM_1"]),
            new Factor("failures", 20, text ?? "4 × Failed sign-in within the hour before", ["S_1", "S_2", "S_3", "S_4"]),
        ],
        Evidence = [.. Enumerable.Range(1, evidence).Select(i => new Evidence($"S_{i}", new DateTime(2026, 3, 1, 21, 40, 0, DateTimeKind.Utc).AddMinutes(i), "SignInLogs", text ?? "Sign-in activity", text ?? "50126"))],
    };

    public static OutgoingAlert One(int number, Severity severity = Severity.High) => OutgoingAlert.Of(Whole(number, severity), number);

    public static List<OutgoingAlert> Many(int count, int from = 1) => [.. Enumerable.Range(from, count).Select(number => One(number))];
}
