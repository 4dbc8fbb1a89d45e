using System.Globalization;
using Detector.Engine.Alerts;
using Detector.Engine.Entra;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Engine.Rules;

namespace Detector.Rules.Tests;

/// <summary>How a rule's test went: passed, or what was expected and what came, line by line.</summary>
public sealed record RuleTestOutcome(RuleTest Test, IReadOnlyList<string> Differences)
{
    /// <summary>Nothing differs.</summary>
    public bool Passed => Differences.Count == 0;
}

/// <summary>Runs the tests inside rule files through the pipeline that the product runs.</summary>
public static class RuleTestRunner
{
    /// <summary>Runs all tests of a folder; the folder must have loaded without errors.</summary>
    public static IReadOnlyList<RuleTestOutcome> Run(RuleLoadResult loaded)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        if (loaded.UnderTestTenant is { } variant) loaded = variant();
        if (loaded.Rules is not { } rules) throw new ArgumentException("The rules did not load.", nameof(loaded));
        var plans = new Dictionary<string, DetectionPlan>(StringComparer.Ordinal);
        return [.. loaded.Tests.Select(test => new RuleTestOutcome(test, Run(test, PlanOf(test))))];

        DetectionPlan PlanOf(RuleTest test)
        {
            var key = string.Join(' ', test.With.Prepend(test.RuleName));
            if (!plans.TryGetValue(key, out var plan)) plans.Add(key, plan = new DetectionPlan(RulesOf(test, rules), loaded.Tenant));
            return plan;
        }
    }

    // The rule with those that it looks at: what other rules of the folder find is nothing to its tests. What a window rule that
    // is a building block finds is counted as the alerts that it would give.
    private static RuleSet RulesOf(RuleTest test, RuleSet all)
    {
        var rules = RuleClosure.Subset(all, [test.RuleName, .. test.With]);
        var index = rules.Windows.ToList().FindIndex(window => window.Name == test.RuleName);
        return index < 0 || rules.Windows[index].Alerts ? rules : rules with { Windows = rules.Windows.SetItem(index, rules.Windows[index] with { Alerts = true }) };
    }

    private static List<string> Run(RuleTest test, DetectionPlan plan)
    {
        var alerts = new List<Alert>();
        var matched = 0;
        using var pipeline = new DetectionPipeline(plan, new PipelineOptions());
        using var subscription = pipeline.Alerts.Subscribe(said =>
        {
            if (said.IsClosing && said.Alert.Rule.Name == test.RuleName) alerts.Add(said.Alert);
        });

        var number = 0;
        foreach (var written in test.Events)
        {
            for (var i = 0; i < written.Times; i++)
            {
                var logged = Build(written, ++number, plan.Schema);
                plan.Enricher.Enrich(logged);
                var matches = plan.Matcher.Match(logged);
                if (matches.Any(index => plan.Rules.Sigma[index].Name == test.RuleName)) matched++;
                if (matches.Length > 0) pipeline.Process(new MatchedEvent(logged, matches));
            }
        }

        // Nothing more happens, for as long as any rule may wait.
        pipeline.PassTo(LogEvent.TimeMax);
        pipeline.Complete();
        if (plan.Rules.Windows.Any(window => window.Name == test.RuleName) && test.Matches is not null) matched = alerts.Count;
        if (test.Matches is { } expected) return matched == expected ? [] : [$"matches: expected {expected}, got {matched}"];
        return Compare(test.Expect ?? [], alerts);
    }

    private static LogEvent Build(TestEvent written, int number, FieldSchema schema)
    {
        EventTemplates.TryGet(written.Template, out var fields);
        var logged = new LogEvent(schema) { Time = written.Time };
        foreach (var (field, values) in fields) logged[field] = FieldValue.Of(values);
        foreach (var (name, values) in written.Fields)
        {
            if (schema.TryGetSlot(name, out var slot)) logged[slot] = FieldValue.Of(values);
        }

        logged.Id = logged.Text(CanonicalField.Id) ?? string.Create(CultureInfo.InvariantCulture, $"event-{number}");
        logged[CanonicalField.Id] = FieldValue.Of(logged.Id);
        var isPim = logged.Text(CanonicalField.Service) == "PIM";
        Default(logged, CanonicalField.CorrelationId, $"correlation-{number}");
        if (isPim) Default(logged, CanonicalField.RequestId, $"request-{number}");
        if (logged[CanonicalField.UserId].IsPresent || logged[CanonicalField.ResultType].IsPresent) Default(logged, CanonicalField.AttemptId, logged.Id);
        if (!logged[CanonicalField.RoleId].IsPresent && logged.Text(CanonicalField.RoleName) is { } role
            && EntraRoles.All.FirstOrDefault(known => string.Equals(known.Name, role, StringComparison.OrdinalIgnoreCase)) is { } builtIn)
            logged[CanonicalField.RoleId] = FieldValue.Of(builtIn.TemplateId);
        return logged;
    }

    private static void Default(LogEvent logged, CanonicalField field, string value)
    {
        if (!logged[field].IsPresent) logged[field] = FieldValue.Of(value);
    }

    private static List<string> Compare(IReadOnlyList<ExpectedAlert> expected, List<Alert> alerts)
    {
        var differences = new List<string>();
        if (expected.Count != alerts.Count) differences.Add($"alerts: expected {expected.Count}, got {alerts.Count}");
        var left = alerts.OrderBy(alert => alert.EventTime).ThenBy(alert => alert.Id).ToList();
        foreach (var wanted in expected)
        {
            // The nearest alert is the one that was probably meant.
            var nearest = left.OrderBy(alert => Differences(wanted, alert).Count()).FirstOrDefault();
            if (nearest is null) continue;
            left.Remove(nearest);
            differences.AddRange(Differences(wanted, nearest));
        }

        if (differences.Count > 0) differences.AddRange(left.Select(alert => $"not expected: {Describe(alert)}"));
        return differences;
    }

    private static IEnumerable<string> Differences(ExpectedAlert wanted, Alert alert)
    {
        if (wanted.Score is { } score && score != alert.Score) yield return $"score: expected {score}, got {alert.Score?.ToString(CultureInfo.InvariantCulture) ?? "none"}";
        if (wanted.Level is { } level && level != alert.Severity) yield return $"level: expected {AlertJson.Word(level)}, got {AlertJson.Word(alert.Severity)}";
        if (wanted.Factors is not { } factors) yield break;
        foreach (var (id, points) in factors)
        {
            var got = alert.Factors.FirstOrDefault(factor => factor.Id == id)?.Points ?? 0;
            if (got != points) yield return $"factor {id}: expected {points}, got {got}";
        }

        foreach (var more in alert.Factors.Where(factor => !factors.ContainsKey(factor.Id))) yield return $"factor {more.Id}: expected none, got {more.Points} ({more.Because})";
    }

    private static string Describe(Alert alert) =>
        $"{AlertJson.Word(alert.Severity)}{(alert.Score is { } score ? $", score {score.ToString(CultureInfo.InvariantCulture)}" : "")} ({string.Join(", ", alert.Factors.Select(f => $"{f.Id} {f.Points}: {f.Because}"))})";
}
