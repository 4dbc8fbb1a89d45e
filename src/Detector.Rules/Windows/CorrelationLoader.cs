using System.Collections.Immutable;
using Detector.Engine.Rules;
using Detector.Rules.Yaml;

namespace Detector.Rules.Windows;

/// <summary>Reads Sigma 2.1 correlation files (<c>.yml</c> with <c>correlation:</c>).</summary>
internal sealed class CorrelationLoader(LoadContext context, RuleIndex index, Diagnostics problems)
{
    private static readonly string[] s_known =
    [
        "title", "id", "related", "name", "taxonomy", "status", "description", "license", "author", "references", "date", "modified",
        "correlation", "falsepositives", "level", "tags", "generate", "custom_attributes",
    ];

    private static readonly string[] s_types = ["event_count", "value_count", "value_sum", "value_avg", "value_percentile", "temporal", "temporal_ordered"];

    private readonly WindowParts _parts = new(context, index, problems);

    public LoadedWindow? Load(YamlMap map, ReadOnlySpan<byte> bytes)
    {
        foreach (var (key, _) in map.Entries.Where(entry => !s_known.Contains(entry.Key.Text, StringComparer.Ordinal)))
            problems.Warning(key.Line, $"The key '{key.Text}' is not one of Sigma's.", Suggestion.For(key.Text, s_known) ?? "Keep what is yours under 'custom_attributes'.");
        var extension = (map["custom_attributes"] as YamlMap)?["detector"] as YamlMap;
        if (extension is not null) Keys.Check(extension, "'custom_attributes.detector'", problems, "tests", "generate", "runbook", "suppress", "storm");
        var header = RuleHeader.Read(map, problems.File, bytes, extension, problems);
        var level = RuleHeader.ReadLevel(map["level"], problems) ?? Severity.Medium;
        if (map["correlation"] is not YamlMap correlation)
        {
            problems.Error(map["correlation"]!.Line, "'correlation' is no map.", "Give it a type, rules and a timespan.");
            return null;
        }

        Keys.Check(correlation, "A correlation", problems, "type", "rules", "group-by", "timespan", "aliases", "condition", "generate");
        var type = Keys.RequiredText(correlation, "type", "The correlation", problems);
        if (type is not null && !s_types.Contains(type, StringComparer.Ordinal))
            problems.Error(correlation["type"]!.Line, $"There is no correlation type '{type}'.", Suggestion.For(type, s_types) ?? $"Use one of {string.Join(", ", s_types)}.");
        var targets = _parts.Rules(correlation["rules"], "rules", correlation.Line);
        var aliases = Aliases(correlation["aliases"]);
        var by = correlation["group-by"] is { } groups ? _parts.Names(groups, "group-by", correlation.Line) : [];
        var inputs = _parts.Inputs(targets, by, aliases);
        var within = _parts.Span(correlation, "timespan", WindowParts.WithinMax);
        var gap = _parts.Gap(extension, within ?? TimeSpan.Zero);
        var generate = Keys.Boolean(extension?["generate"] ?? correlation["generate"] ?? map["generate"], "generate", problems);
        var rule = problems.HasErrors || type is null || within is null ? null : Make(type, correlation, targets, aliases, header, level, inputs, within.Value, gap);
        return rule is null || problems.HasErrors ? null : new LoadedWindow(header.Fill(rule), generate, extension?["tests"], map.Line, problems);
    }

    private YamlMap? Aliases(YamlNode? node)
    {
        if (node is null) return null;
        if (node is YamlMap map && map.Entries.All(entry => entry.Value is YamlMap)) return map;
        problems.Error(node.Line, "'aliases' is no map of maps.", "Write 'aliases: { user: { rule_a: Actor.Id, rule_b: User.Id } }'.");
        return null;
    }

    private WindowRule? Make(string type, YamlMap correlation, IReadOnlyList<RuleTarget> targets, YamlMap? aliases, RuleHeader header, Severity level, ImmutableArray<RuleInput> inputs, TimeSpan within, TimeSpan gap)
    {
        if (type is "temporal" or "temporal_ordered")
        {
            if (correlation["condition"] is { } unused) problems.Error(unused.Line, $"A {type} correlation has no condition: all of its rules must occur.", "Remove it, or use event_count.");
            if (targets.Count < 2) problems.Error(correlation.Line, $"A {type} correlation needs at least two rules.", "Name another rule, or use event_count.");
            return new TemporalRule { Id = header.Id, Name = header.Name, Title = header.Title, Version = header.Version, File = problems.File, Severity = level, Inputs = inputs, Gap = gap, Within = within, Ordered = type is "temporal_ordered" };
        }

        if (correlation["condition"] is not YamlMap condition)
        {
            problems.Error(correlation["condition"]?.Line ?? correlation.Line, "The correlation has no condition.", "Add 'condition: { gte: 3 }'.");
            return null;
        }

        Keys.Check(condition, "A correlation's condition", problems, "gt", "gte", "lt", "lte", "eq", "neq", "field", "percentile");
        var kind = type switch { "event_count" => MeasureKind.Count, "value_count" => MeasureKind.Distinct, "value_sum" => MeasureKind.Sum, "value_avg" => MeasureKind.Average, _ => MeasureKind.Percentile };
        var fields = ReadFields(condition, kind);
        var range = _parts.Range(condition, condition.Line, kind is MeasureKind.Count or MeasureKind.Distinct ? WindowParts.EventsMax : null);
        var percentile = kind == MeasureKind.Percentile ? Keys.Integer(condition["percentile"], "percentile", problems) ?? 50 : 0;
        if (percentile is < 0 or > 99) problems.Error(condition["percentile"]!.Line, "'percentile' is not between 1 and 99.", "Write 'percentile: 95'.");
        if (kind != MeasureKind.Percentile && condition["percentile"] is { } odd) problems.Error(odd.Line, "Only value_percentile has a percentile.", "Remove it.");
        var slots = fields.Select(field => _parts.Slots(field, targets, aliases)).ToList();
        var measure = new Measure(type, kind, [.. Enumerable.Range(0, targets.Count)], [.. targets.Select((_, i) => slots.Select(own => own[i]).ToImmutableArray())],
            fields.Count == 0 ? null : string.Join(", ", fields.Select(field => field.Text)), range, percentile);
        return new AggregateRule { Id = header.Id, Name = header.Name, Title = header.Title, Version = header.Version, File = problems.File, Severity = level, Inputs = inputs, Gap = gap, Within = within, Measures = [measure] };
    }

    private IReadOnlyList<YamlScalar> ReadFields(YamlMap condition, MeasureKind kind)
    {
        if (kind == MeasureKind.Count)
        {
            if (condition["field"] is { } odd) problems.Error(odd.Line, "event_count counts events and has no field.", "Remove it, or use value_count.");
            return [];
        }

        var fields = _parts.Names(condition["field"], "field", condition.Line);
        if (kind != MeasureKind.Distinct && fields.Count > 1) problems.Error(condition["field"]!.Line, "Only value_count takes several fields.", "Name one.");
        return fields;
    }
}
