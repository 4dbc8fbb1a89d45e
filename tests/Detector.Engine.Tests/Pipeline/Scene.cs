using Detector.Engine.Enrichment;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;

namespace Detector.Engine.Tests.Pipeline;

/// <summary>A small tenant: the rules that the pipeline knows by kind, and events written in one line.</summary>
internal static class Scene
{
    public const string Tenant = "11111111-2222-4333-8444-555555555555";
    public const int Activated = 0;
    public const int Failed = 1;
    public const int SessionRow = 2;
    public const int BreakGlass = 3;
    public static readonly DateTime Start = new(2026, 3, 3, 9, 0, 0, DateTimeKind.Utc);
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    public static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    public static readonly DetectionPlan Plan = new(Rules(threshold: 40), new TenantProfile { TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam") });

    public static ScoreRule Risk => Plan.Rules.Scores[0];

    public static RuleSet Rules(int threshold) => new()
    {
        Schema = FieldSchema.Canonical,
        Sigma =
        [
            Sigma("activated", "Add member to role completed (PIM activation)", alerts: false),
            Sigma("failed", "Sign-in activity", alerts: false),
            Sigma("session_row", "Add member to role requested (PIM activation)", alerts: false) with { Session = true },
            Sigma("break_glass", "Break-glass", alerts: true) with { Severity = Severity.Critical },
        ],
        Scores =
        [
            new ScoreRule
            {
                Id = "8f2f3c0e-54a7-4c0b-9d55-3f6a1b7c0001", Name = "risk", Title = "Risky activation", Version = "sha256:0", File = "risk.yaml",
                On = Activated, Threshold = threshold, Levels = [(40, Severity.High), (70, Severity.Critical)],
                Factors =
                [
                    new WhenFactor("tier", new FieldIs(CanonicalField.RoleTier, "0"), 30, 10),
                    new CountFactor("failures", Failed, [((int)CanonicalField.ActorId, (int)CanonicalField.UserId)], Hour, 5, null),
                ],
            },
        ],
    };

    public static MatchedEvent Activation(string id, DateTime time, string user, string request, int tier, string? correlation = null, string? justification = null)
    {
        var logged = Event(id, time, "AuditLogs", "Add member to role completed (PIM activation)");
        logged[CanonicalField.ActorId] = FieldValue.Of(user);
        logged[CanonicalField.RequestId] = FieldValue.Of(request);
        logged[CanonicalField.CorrelationId] = FieldValue.Of(correlation ?? request);
        logged[CanonicalField.RoleName] = FieldValue.Of($"Role of tier {tier}");
        logged[CanonicalField.RoleTier] = FieldValue.Of($"{tier}");
        if (justification is not null) logged[CanonicalField.Justification] = FieldValue.Of(justification);
        return new MatchedEvent(logged, [Activated]);
    }

    public static MatchedEvent Row(string id, DateTime time, string user, string? request, string correlation, string? justification = null)
    {
        var logged = Event(id, time, "AuditLogs", "Add member to role requested (PIM activation)");
        logged[CanonicalField.ActorId] = FieldValue.Of(user);
        if (request is not null) logged[CanonicalField.RequestId] = FieldValue.Of(request);
        logged[CanonicalField.CorrelationId] = FieldValue.Of(correlation);
        if (justification is not null) logged[CanonicalField.Justification] = FieldValue.Of(justification);
        return new MatchedEvent(logged, [SessionRow]);
    }

    public static MatchedEvent Failure(string id, DateTime time, string user, string? attempt = null)
    {
        var logged = SignIn(id, time, user, attempt);
        logged[CanonicalField.ResultType] = FieldValue.Of("50126");
        return new MatchedEvent(logged, [Failed]);
    }

    public static MatchedEvent Emergency(string id, DateTime time, string user, string? attempt = null) =>
        new(SignIn(id, time, user, attempt), [BreakGlass]);

    private static LogEvent SignIn(string id, DateTime time, string user, string? attempt)
    {
        var logged = Event(id, time, "SignInLogs", "Sign-in activity");
        logged[CanonicalField.UserId] = FieldValue.Of(user);
        logged[CanonicalField.AttemptId] = FieldValue.Of(attempt ?? id);
        return logged;
    }

    private static LogEvent Event(string id, DateTime time, string category, string operation)
    {
        var logged = new LogEvent(FieldSchema.Canonical) { Id = id, Time = time };
        logged[CanonicalField.Id] = FieldValue.Of(id);
        logged[CanonicalField.TenantId] = FieldValue.Of(Tenant);
        logged[CanonicalField.Category] = FieldValue.Of(category);
        logged[CanonicalField.OperationName] = FieldValue.Of(operation);
        return logged;
    }

    public static SigmaRule Sigma(string name, string operation, bool alerts) => new()
    {
        Id = $"rule-{name}",
        Name = name,
        Title = $"Rule {name}",
        Version = "sha256:0",
        File = $"{name}.yml",
        Severity = Severity.Low,
        Alerts = alerts,
        Predicate = new FieldIs(CanonicalField.OperationName, operation),
    };

    private sealed class FieldIs(CanonicalField field, string value) : Predicate
    {
        public override bool Matches(LogEvent candidate) => string.Equals(candidate.Text(field), value, StringComparison.OrdinalIgnoreCase);

        public override bool? Decide(LogEvent partial, ReadOnlySpan<bool> known) => known[(int)field] ? Matches(partial) : null;

        public override void CollectSlots(ISet<int> slots) => slots.Add((int)field);

        public override void Explain(LogEvent candidate, ICollection<int> slots) => slots.Add((int)field);
    }
}
