using System.Collections.Immutable;
using System.Globalization;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;

namespace Detector.Engine.Windows;

/// <summary>
/// Sums up what one rule says too often: from <see cref="WindowLimits.StormAlerts"/> alerts within <see cref="WindowLimits.StormWithin"/>
/// on there is one more alert, about the storm, that grows with it. It is a window rule over the alerts of that rule, so order,
/// lateness and restarts are dealt with as for any other; the alerts themselves are all given.
/// </summary>
internal static class Storms
{
    /// <summary>The name by which alerts of storms are known.</summary>
    public const string Name = "alert_storm";

    /// <summary>A table for each rule that alerts.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="depth">Greater than that of every other table.</param>
    /// <param name="keys">Shared by all tables.</param>
    /// <param name="alerts">How many alerts are a storm.</param>
    public static ImmutableArray<(string RuleId, WindowTable Table)> Tables(RuleSet rules, int depth, KeyCache keys, int alerts) =>
    [
        .. rules.Sigma.Where(rule => rule.Alerts).Select(rule => ((Rule)rule, rule.Severity))
            .Concat(rules.Scores.Select(rule => ((Rule)rule, rule.Levels[0].Severity)))
            .Concat(rules.Windows.Where(rule => rule.Alerts).Select(rule => ((Rule)rule, rule.Severity)))
            .Select(rule => (rule.Item1.Id, new WindowTable(Of(rule.Item1, rule.Severity, alerts), depth, looksAtAlerts: true, keys))),
    ];

    private static AggregateRule Of(Rule rule, Severity severity, int alerts) => new()
    {
        Id = AlertId.From(null, rule.Id, Name).ToString("D", CultureInfo.InvariantCulture),
        Name = Name,
        Title = $"Alert storm: {rule.Title}",
        Description = $"The rule '{rule.Name}' gives more alerts than anybody can read one by one.",
        Version = rule.Version,
        File = rule.File,
        Tags = rule.Tags,
        Runbook = rule.Runbook,
        Severity = severity,
        Inputs = [new RuleInput(SourceKind.Alerts, 0, rule.Name, rule.Title, [])],
        Gap = WindowLimits.StormWithin,
        Within = WindowLimits.StormWithin,
        Measures = [new Measure("alerts", MeasureKind.Count, [0], [[]], null, new NumberRange([(Comparison.Gte, alerts)]))],
    };
}
