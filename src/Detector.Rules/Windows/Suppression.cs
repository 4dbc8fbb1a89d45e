using System.Collections.Immutable;
using Detector.Engine.Rules;
using Detector.Rules.Sigma;
using Detector.Rules.Yaml;

namespace Detector.Rules.Windows;

/// <summary>
/// A Sigma detection with <c>suppress</c>: one alert per key until nothing matched for a time. It becomes a building block and a
/// window rule of the same name, of which every match is a find.
/// </summary>
internal static class Suppression
{
    public static WindowRule? Of(LoadedSigma loaded, int sigma, LoadContext context)
    {
        var problems = loaded.Problems;
        if (loaded.Suppress is not YamlMap map)
        {
            problems.Error(loaded.Suppress!.Line, "'suppress' is no map.", "Write 'suppress: { by: [User.Id], for: 4h }'.");
            return null;
        }

        Keys.Check(map, "'suppress'", problems, "by", "for");
        var parts = new WindowParts(context, new RuleIndex(), problems);
        var by = map["by"] is { } node ? parts.Names(node, "by", map.Line) : [];
        var quiet = parts.Span(map, "for", WindowParts.QuietMax);
        if (quiet is null || problems.HasErrors) return null;
        var rule = loaded.Rule;
        ImmutableArray<RuleInput> inputs = [new RuleInput(SourceKind.Sigma, sigma, rule.Name, rule.Title, [.. by.Select(field => context.Ask(field.Text, field.Line, problems).Slot)]) { IsAloneWithoutKey = true }];
        return new AggregateRule
        {
            Id = rule.Id,
            Name = rule.Name,
            Title = rule.Title,
            Version = rule.Version,
            File = rule.File,
            Severity = rule.Severity,
            Description = rule.Description,
            Tags = rule.Tags,
            FalsePositives = rule.FalsePositives,
            Runbook = rule.Runbook,
            StormAlerts = rule.StormAlerts,
            Inputs = inputs,
            Gap = quiet.Value,
            Within = TimeSpan.Zero,
            Measures = [new Measure("matches", MeasureKind.Count, [0], [[]], null, new NumberRange([(Comparison.Gte, 1)]))],
        };
    }
}
