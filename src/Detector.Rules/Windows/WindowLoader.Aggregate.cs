using System.Collections.Immutable;
using Detector.Engine.Rules;
using Detector.Rules.Yaml;

namespace Detector.Rules.Windows;

internal sealed partial class WindowLoader
{
    public AggregateRule? Aggregate(YamlMap map)
    {
        Keys.Check(map, "An aggregate rule", problems, "version", "type", "on", "by", "within", "measures", "level", "generate", "suppress", "storm");
        var targets = _parts.Rules(map["on"], "on", map.Line);
        var (by, aliases) = ReadBy(map["by"]);
        var inputs = _parts.Inputs(targets, by, aliases);
        var within = _parts.Span(map, "within", WindowParts.WithinMax);
        var gap = _parts.Gap(map, within ?? TimeSpan.Zero);
        var measures = ImmutableArray.CreateBuilder<Measure>();
        if (map["measures"] is YamlList { Items.Count: > 0 } list)
        {
            foreach (var item in list.Items)
            {
                if (item is YamlMap written && ReadMeasure(written, targets, aliases) is { } measure) measures.Add(measure);
                else if (item is not YamlMap) problems.Error(item.Line, "A measure is not a map.", "Write '- { id: failures, count: all, gte: 5 }'.");
            }
        }
        else
        {
            problems.Error(map["measures"]?.Line ?? map.Line, "The rule has no list of measures.", "Add 'measures:' with '- { id: failures, count: all, gte: 5 }'.");
        }

        foreach (var same in measures.GroupBy(measure => measure.Id, StringComparer.Ordinal).Where(same => same.Count() > 1))
            problems.Error(map["measures"]!.Line, $"Two measures have the id '{same.Key}'.", "Rename one of them.");
        if (problems.HasErrors || within is null) return null;
        return new AggregateRule
        {
            Id = header.Id,
            Name = header.Name,
            Title = header.Title,
            Version = header.Version,
            File = problems.File,
            Severity = level,
            Inputs = inputs,
            Gap = gap,
            Within = within.Value,
            Measures = measures.ToImmutable(),
        };
    }

    // A list of fields, or a map from a name to the field of each rule.
    private (IReadOnlyList<YamlScalar> By, YamlMap? Aliases) ReadBy(YamlNode? node) => node switch
    {
        null => ([], null),
        YamlMap map when map.Entries.All(entry => entry.Value is YamlMap) => ([.. map.Entries.Select(entry => entry.Key)], map),
        _ => (_parts.Names(node, "by", node.Line), null),
    };

    private Measure? ReadMeasure(YamlMap map, IReadOnlyList<RuleTarget> targets, YamlMap? aliases)
    {
        Keys.Check(map, "A measure", problems, "id", "count", "distinct", "sum", "average", "ratio", "of", "gt", "gte", "lt", "lte", "eq", "neq");
        var id = Keys.RequiredText(map, "id", "A measure", problems);
        var kinds = new[] { ("count", MeasureKind.Count), ("distinct", MeasureKind.Distinct), ("sum", MeasureKind.Sum), ("average", MeasureKind.Average), ("ratio", MeasureKind.Ratio) }.Where(kind => map[kind.Item1] is not null).ToList();
        if (kinds.Count != 1)
        {
            problems.Error(map.Line, "A measure is one of count, distinct, sum, average and ratio.", "Write '- { id: failures, count: all, gte: 5 }'.");
            return null;
        }

        var (word, kind) = kinds[0];
        var inputs = kind is MeasureKind.Count or MeasureKind.Ratio ? Which(map[word]!, targets) : map["of"] is { } of ? Which(of, targets) : [.. Enumerable.Range(0, targets.Count)];
        if (kind == MeasureKind.Ratio && inputs.Length != 2) problems.Error(map[word]!.Line, "A ratio has two rules.", "Write 'ratio: [failures, attempts]'.");
        IReadOnlyList<YamlScalar> fields = kind is MeasureKind.Count or MeasureKind.Ratio ? [] : _parts.Names(map[word], word, map.Line);
        if (kind is MeasureKind.Sum or MeasureKind.Average && fields.Count > 1) problems.Error(map[word]!.Line, $"'{word}' takes one field.", "Name one.");
        var slots = fields.Select(field => _parts.Slots(field, targets, aliases)).ToList();
        var range = _parts.Range(map, map.Line, kind is MeasureKind.Count or MeasureKind.Distinct ? WindowParts.EventsMax : null);
        if (id is null || problems.HasErrors) return null;
        return new Measure(id, kind, inputs, [.. targets.Select((_, i) => slots.Select(own => own[i]).ToImmutableArray())], fields.Count == 0 ? null : string.Join(", ", fields.Select(field => field.Text)), range);
    }

    private ImmutableArray<int> Which(YamlNode node, IReadOnlyList<RuleTarget> targets)
    {
        if (node is YamlScalar { Text: "all" }) return [.. Enumerable.Range(0, targets.Count)];
        var which = ImmutableArray.CreateBuilder<int>();
        foreach (var name in _parts.Names(node, "count", node.Line))
        {
            var at = targets.ToList().FindIndex(target => target.Name == name.Text || ReferenceEquals(target, index.Peek(name.Text)));
            if (at >= 0) which.Add(at);
            else problems.Error(name.Line, $"'on' does not name the rule '{name.Text}'.", Suggestion.For(name.Text, targets.Select(target => target.Name)) ?? "Add it to 'on'.");
        }

        return which.ToImmutable();
    }
}
