using System.Collections.Immutable;
using Detector.Engine.Enrichment;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;
using Detector.Engine.Tests.Pipeline;

namespace Detector.Engine.Tests.Windows;

/// <summary>One rule of each kind, over three detections of events with a user, a country and a number.</summary>
internal static class WindowScene
{
    public const int A = 0;
    public const int B = 1;
    public const int C = 2;
    public static readonly TimeSpan Within = TimeSpan.FromHours(1);
    public static readonly TimeSpan Lateness = TimeSpan.FromMinutes(30);

    public static readonly ImmutableArray<WindowRule> All =
    [
        Aggregate("count", [A], Measure("count", MeasureKind.Count, [0], AtLeast(3))),
        Aggregate("few", [A, B], Measure("count", MeasureKind.Count, [0, 1], new NumberRange([(Comparison.Gte, 2), (Comparison.Lt, 4)]))),
        Aggregate("distinct", [A, B], Measure("countries", MeasureKind.Distinct, [0, 1], AtLeast(2), CanonicalField.LocationCountry)),
        Aggregate("sum", [A], Measure("sum", MeasureKind.Sum, [0], AtLeast(10), CanonicalField.ActivationHours)),
        Aggregate("average", [A], Measure("average", MeasureKind.Average, [0], AtLeast(4), CanonicalField.ActivationHours)),
        Aggregate("percentile", [A], Measure("percentile", MeasureKind.Percentile, [0], AtLeast(4), CanonicalField.ActivationHours) with { Percentile = 75 }),
        Aggregate("ratio", [A, B], Measure("ratio", MeasureKind.Ratio, [0, 1], AtLeast(2))),
        Aggregate("several", [A, B], Measure("count", MeasureKind.Count, [1], AtLeast(2)), Measure("countries", MeasureKind.Distinct, [0, 1], AtLeast(2), CanonicalField.LocationCountry)),
        Quiet("quiet", A, TimeSpan.FromHours(2)),
        Quiet("quiet_for_days", A, TimeSpan.FromHours(9)),
        Temporal("temporal", [A, B, C], ordered: false),
        Temporal("ordered", [A, B, C], ordered: true),
        Join("join", A, B, ordered: false, new JoinCondition((int)CanonicalField.LocationCountry, Comparison.Neq, (int)CanonicalField.LocationCountry, "different")),
        Join("join_ordered", A, B, ordered: true, new JoinCondition((int)CanonicalField.ActivationHours, Comparison.Lt, (int)CanonicalField.ActivationHours, "more")),
        Join("join_itself", A, A, ordered: false, new JoinCondition((int)CanonicalField.LocationCountry, Comparison.Neq, (int)CanonicalField.LocationCountry, "different")),
        Absence("absent_after", LookFor.After, TimeSpan.Zero),
        Absence("absent_before", LookFor.Before, TimeSpan.FromMinutes(10)),
        Absence("absent_around", LookFor.Around, TimeSpan.Zero) with { Gap = TimeSpan.FromHours(2) },
        Absence("too_few", LookFor.After, TimeSpan.Zero) with { AtLeast = 2, Distinct = [(int)CanonicalField.LocationCountry, (int)CanonicalField.LocationCountry] },
        FirstSeen("first", refresh: true),
        FirstSeen("first_without_refresh", refresh: false),
    ];

    /// <summary>Rules that look at what others find.</summary>
    public static readonly ImmutableArray<WindowRule> Chain =
    [
        FirstSeen("first", refresh: true) with { Alerts = false },
        Absence("absent", LookFor.After, TimeSpan.Zero) with { Alerts = false },
        Temporal("new_and_b", [], ordered: false) with { Inputs = [Finding("first", 0), Input(B)] },
        Aggregate("absences", [], Measure("count", MeasureKind.Count, [0], AtLeast(2))) with { Inputs = [Finding("absent", 1)] },
        Aggregate("all_of_it", [], Measure("count", MeasureKind.Count, [0, 1], AtLeast(2))) with { Inputs = [Finding("new_and_b", 2), Finding("absences", 3)], Within = TimeSpan.FromHours(3) },
    ];

    public static DetectionPlan Plan(params ImmutableArray<WindowRule> windows) => new(
        new RuleSet
        {
            Schema = FieldSchema.Canonical,
            Sigma = [.. new[] { "a", "b", "c" }.Select(name => Scene.Sigma(name, name, alerts: false))],
            Scores = [],
            Windows = windows,
        },
        new TenantProfile { TimeZone = TimeZoneInfo.Utc });

    public static MatchedEvent Event(string id, DateTime time, int[] matches, string? user, string? country, string? number)
    {
        var logged = new LogEvent(FieldSchema.Canonical) { Id = id, Time = time };
        logged[CanonicalField.TenantId] = FieldValue.Of(Scene.Tenant);
        if (user is not null) logged[CanonicalField.UserId] = FieldValue.Of(user);
        if (country is not null) logged[CanonicalField.LocationCountry] = FieldValue.Of(country);
        if (number is not null) logged[CanonicalField.ActivationHours] = FieldValue.Of(number);
        return new MatchedEvent(logged, matches);
    }

    private static NumberRange AtLeast(decimal least) => new([(Comparison.Gte, least)]);

    private static RuleInput Input(int sigma) => new(SourceKind.Sigma, sigma, $"{(char)('a' + sigma)}", $"{(char)('A' + sigma)}", [(int)CanonicalField.UserId]);

    private static RuleInput Finding(string name, int window) => new(SourceKind.Window, window, name, name, [(int)CanonicalField.UserId]);

    private static Measure Measure(string id, MeasureKind kind, int[] inputs, NumberRange range, CanonicalField? field = null)
    {
        ImmutableArray<int> fields = field is { } slot ? [(int)slot] : [];
        return new Measure(id, kind, [.. inputs], [fields, fields, fields], field?.ToString(), range);
    }

    private static AggregateRule Aggregate(string name, int[] sigma, params Measure[] measures) =>
        new() { Id = $"rule-{name}", Name = name, Title = name, Version = "sha256:0", File = name, Severity = Severity.Medium, Inputs = [.. sigma.Select(Input)], Gap = Within, Within = Within, Measures = [.. measures] };

    private static AggregateRule Quiet(string name, int sigma, TimeSpan quiet) =>
        Aggregate(name, [sigma], Measure("matches", MeasureKind.Count, [0], AtLeast(1))) with { Within = TimeSpan.Zero, Gap = quiet };

    private static TemporalRule Temporal(string name, int[] sigma, bool ordered) =>
        new() { Id = $"rule-{name}", Name = name, Title = name, Version = "sha256:0", File = name, Severity = Severity.Medium, Inputs = [.. sigma.Select(Input)], Gap = Within, Within = Within, Ordered = ordered };

    private static JoinRule Join(string name, int first, int second, bool ordered, JoinCondition where) =>
        new() { Id = $"rule-{name}", Name = name, Title = name, Version = "sha256:0", File = name, Severity = Severity.Medium, Inputs = [Input(first), Input(second)], Gap = Within, Within = Within, Ordered = ordered, Where = [where] };

    private static AbsenceRule Absence(string name, LookFor look, TimeSpan grace) =>
        new() { Id = $"rule-{name}", Name = name, Title = name, Version = "sha256:0", File = name, Severity = Severity.Medium, Inputs = [Input(A), Input(B)], Gap = TimeSpan.Zero, Within = Within, Look = look, Grace = grace, AtLeast = 1 };

    private static FirstSeenRule FirstSeen(string name, bool refresh) =>
        new()
        {
            Id = $"rule-{name}",
            Name = name,
            Title = name,
            Version = "sha256:0",
            File = name,
            Severity = Severity.Medium,
            Inputs = [Input(A)],
            Gap = TimeSpan.Zero,
            Fields = [(int)CanonicalField.LocationCountry],
            FieldNames = ["country"],
            History = TimeSpan.FromHours(4),
            WarmUp = TimeSpan.FromHours(2),
            Refresh = refresh,
        };
}
