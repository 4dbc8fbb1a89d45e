using Detector.Engine.Rules;
using Xunit;

namespace Detector.Rules.Tests;

/// <summary>Conditions of Sigma 1 that count.</summary>
public sealed class AggregationTests
{
    [Theory]
    [InlineData("s | count() > 10", MeasureKind.Count, "", "", 11, 10)]
    [InlineData("s | count(Actor.Upn) by Ip >= 3", MeasureKind.Distinct, "Actor.Upn", "Ip", 3, 2)]
    [InlineData("s|count(Actor.Upn) by Ip, Service < 3", MeasureKind.Distinct, "Actor.Upn", "Ip,Service", 2, 3)]
    [InlineData("s | sum(Activation.Hours) by Actor.Id > 8", MeasureKind.Sum, "Activation.Hours", "Actor.Id", 9, 8)]
    [InlineData("s | avg(Activation.Hours) == 8", MeasureKind.Average, "Activation.Hours", "", 8, 9)]
    public void What_a_condition_counts_is_a_correlation(string condition, MeasureKind kind, string field, string by, int holds, int holdsNot)
    {
        var loaded = Load(condition, "  timeframe: 15m\n");
        Assert.Empty(InMemory.Errors(loaded));
        var rule = Assert.IsType<AggregateRule>(Assert.Single(loaded.Rules!.Windows));
        var measure = Assert.Single(rule.Measures);
        Assert.Equal((kind, field.Length == 0 ? null : field), (measure.Kind, measure.FieldName));
        Assert.Equal(by, string.Join(',', rule.Inputs[0].Key.Select(slot => loaded.Rules.Schema.Fields[slot].Name)));
        Assert.True(measure.Range.Holds(holds));
        Assert.False(measure.Range.Holds(holdsNot));
        Assert.Equal(TimeSpan.FromMinutes(15), rule.Within);
        Assert.False(Assert.Single(loaded.Rules.Sigma).Alerts);
        Assert.Contains(loaded.Diagnostics, problem => problem is { Severity: DiagnosticSeverity.Info, Line: 8 } && problem.Message.Contains("translated to a correlation", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_timeframe_a_day_is_taken_and_said()
    {
        var loaded = Load("s | count() > 10", "");
        Assert.Equal(TimeSpan.FromDays(1), Assert.IsType<AggregateRule>(Assert.Single(loaded.Rules!.Windows)).Within);
        Assert.Contains(loaded.Diagnostics, problem => problem.Severity == DiagnosticSeverity.Warning && problem.Message.Contains("a day is taken", StringComparison.Ordinal));
    }

    [Fact]
    public void A_timeframe_without_a_count_is_refused() =>
        Assert.Contains("this condition has none", Assert.Single(InMemory.Errors(Load("s", "  timeframe: 15m\n"))), StringComparison.Ordinal);

    [Fact]
    public void It_alerts_when_so_many_have_come()
    {
        const string Tests = "custom_attributes: { detector: { tests: [ { name: three, at: '2026-03-03T12:00:00Z', events: [ { event: audit, Justification: x, times: 3 } ], expect: [ { level: low } ] }, { name: two, at: '2026-03-03T12:00:00Z', events: [ { event: audit, Justification: x, times: 2 } ], expect: [] }, { name: late, at: '2026-03-03T12:00:00Z', events: [ { event: audit, Justification: x, times: 2 }, { event: audit, Justification: x, at: -15m1t } ], expect: [] } ] } }\n";
        var loaded = InMemory.Load(InMemory.Sigma("  s: { Justification: x }\n  timeframe: 15m\n  condition: s | count() > 2\n", more: Tests));
        Assert.Empty(InMemory.Errors(loaded));
        Assert.All(Detector.Rules.Tests.RuleTestRunner.Run(loaded), outcome => Assert.True(outcome.Passed, $"{outcome.Test.Name}: {string.Join("; ", outcome.Differences)}"));
    }

    private static RuleLoadResult Load(string condition, string timeframe) => InMemory.Load(InMemory.Sigma($"  s:\n    Justification: x\n{(timeframe.Length == 0 ? "  _x: { Result: x }\n" : timeframe)}  condition: {condition}\n"));
}
