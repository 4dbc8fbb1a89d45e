using System.Collections.Immutable;
using Detector.Engine.Rules;
using Detector.Rules.Yaml;

namespace Detector.Rules.Windows;

/// <summary>Reads the sections <c>first_seen</c>, <c>absence</c> and <c>join</c> (<c>aggregate</c> is in a part of its own).</summary>
internal sealed partial class WindowLoader(LoadContext context, RuleIndex index, Diagnostics problems, RuleHeader header, Severity level)
{
    /// <summary>No history is longer.</summary>
    public static readonly TimeSpan HistoryMax = TimeSpan.FromDays(400);

    private readonly WindowParts _parts = new(context, index, problems);

    public FirstSeenRule? FirstSeen(YamlMap map)
    {
        Keys.Check(map, "A first_seen rule", problems, "version", "type", "on", "by", "fields", "history", "warm-up", "refresh", "level", "generate", "suppress", "storm");
        var targets = _parts.Rules(map["on"], "on", map.Line);
        if (targets.Count > 1) problems.Error(map["on"]!.Line, "A first_seen rule looks at one rule.", "Put them together in a Sigma rule.");
        var by = map["by"] is { } node ? _parts.Names(node, "by", map.Line) : [];
        var fields = _parts.Names(map["fields"], "fields", map.Line);
        var history = _parts.Span(map, "history", HistoryMax, TimeSpan.FromDays(90));
        var warmUp = _parts.Span(map, "warm-up", HistoryMax, TimeSpan.FromDays(14));
        var refresh = Keys.Boolean(map["refresh"], "refresh", problems) ?? true;
        var gap = _parts.Gap(map, TimeSpan.Zero);
        if (problems.HasErrors || history is null || warmUp is null) return null;
        return new FirstSeenRule
        {
            Id = header.Id,
            Name = header.Name,
            Title = header.Title,
            Version = header.Version,
            File = problems.File,
            Severity = level,
            Inputs = _parts.Inputs(targets, by, null),
            Gap = gap,
            Fields = [.. fields.Select(field => context.Ask(field.Text, field.Line, problems).Slot)],
            FieldNames = [.. fields.Select(field => field.Text)],
            History = history.Value,
            WarmUp = warmUp.Value,
            Refresh = refresh,
        };
    }

    public AbsenceRule? Absence(YamlMap map)
    {
        Keys.Check(map, "An absence rule", problems, "version", "type", "on", "expect", "join", "within", "look", "at-least", "distinct", "grace", "level", "generate", "suppress", "storm");
        var on = _parts.Rules(map["on"], "on", map.Line);
        if (on.Count > 1) problems.Error(map["on"]!.Line, "An absence is that of an answer to one rule.", "Put them together in a Sigma rule.");
        var expected = _parts.Rules(map["expect"], "expect", map.Line);
        var join = ReadPairs(map["join"], "join", map.Line, isRequired: false);
        var within = _parts.Span(map, "within", WindowParts.WithinMax);
        var grace = _parts.Span(map, "grace", WindowParts.WithinMax, TimeSpan.Zero);
        var look = ReadLook(map["look"]);
        var least = Keys.Integer(map["at-least"], "at-least", problems) ?? 1;
        if (least < 1) problems.Error(map["at-least"]!.Line, "'at-least' is less than 1.", "Say how many answers are enough.");
        var gap = _parts.Gap(map, TimeSpan.Zero);
        if (problems.HasErrors || within is null || grace is null || on.Count == 0) return null;
        ImmutableArray<int> first = [.. join.Select(pair => pair.First)];
        ImmutableArray<int> second = [.. join.Select(pair => pair.Second)];
        ImmutableArray<RuleInput> inputs =
        [
            new RuleInput(on[0].Kind, on[0].Index, on[0].Name, on[0].Title, first),
            .. expected.Select(target => new RuleInput(target.Kind, target.Index, target.Name, target.Title, second)),
        ];
        return new AbsenceRule
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
            Look = look,
            Grace = grace.Value,
            AtLeast = least,
            Distinct = ReadDistinct(map, inputs.Length),
        };
    }

    public JoinRule? Join(YamlMap map)
    {
        Keys.Check(map, "A join rule", problems, "version", "type", "rules", "by", "within", "ordered", "where", "level", "generate", "suppress", "storm");
        var names = _parts.Names(map["rules"], "rules", map.Line);
        var targets = names.Select(name => index.Refer(name.Text, name.Line, problems)).OfType<RuleTarget>().ToList();
        if (names.Count != 2) problems.Error(map["rules"]?.Line ?? map.Line, "A join has two rules.", "Write 'rules: [first, second]'; they may be the same.");
        var by = ReadPairs(map["by"], "by", map.Line, isRequired: true);
        var where = ReadPairConditions(map["where"]);
        var within = _parts.Span(map, "within", WindowParts.WithinMax);
        var ordered = Keys.Boolean(map["ordered"], "ordered", problems) ?? false;
        var gap = _parts.Gap(map, within ?? TimeSpan.Zero);
        if (problems.HasErrors || within is null || targets.Count != 2) return null;
        return new JoinRule
        {
            Id = header.Id,
            Name = header.Name,
            Title = header.Title,
            Version = header.Version,
            File = problems.File,
            Severity = level,
            Inputs =
            [
                new RuleInput(targets[0].Kind, targets[0].Index, targets[0].Name, targets[0].Title, [.. by.Select(pair => pair.First)]),
                new RuleInput(targets[1].Kind, targets[1].Index, targets[1].Name, targets[1].Title, [.. by.Select(pair => pair.Second)]),
            ],
            Gap = gap,
            Within = within.Value,
            Ordered = ordered,
            Where = where,
        };
    }

    private ImmutableArray<(int First, int Second)> ReadPairs(YamlNode? node, string key, int line, bool isRequired)
    {
        if (node is YamlMap map && map.Entries.All(entry => entry.Value is YamlScalar { IsNull: false }))
            return [.. map.Entries.Select(entry => (context.Ask(entry.Key.Text, entry.Key.Line, problems).Slot, context.Ask(((YamlScalar)entry.Value).Text, entry.Value.Line, problems).Slot))];
        if (node is not null || isRequired) problems.Error(node?.Line ?? line, $"'{key}' does not say which fields are equal.", $"Write '{key}: {{ Actor.Id: User.Id }}', a field of the first: a field of the second; '{{}}' for none.");
        return [];
    }

    private ImmutableArray<JoinCondition> ReadPairConditions(YamlNode? node)
    {
        if (node is null) return [];
        var conditions = ImmutableArray.CreateBuilder<JoinCondition>();
        foreach (var (first, value) in (node as YamlMap)?.Entries ?? [])
        {
            foreach (var (word, other) in (value as YamlMap)?.Entries ?? [])
            {
                if (!Enum.TryParse<Comparison>(word.Text, ignoreCase: true, out var order) || word.Text.Any(char.IsAsciiDigit) || other is not YamlScalar second)
                {
                    problems.Error(word.Line, $"'{word.Text}' is no comparison.", "Use eq, neq, gt, gte, lt or lte, and name a field of the second rule.");
                    continue;
                }

                var sign = order switch { Comparison.Eq => "=", Comparison.Neq => "≠", Comparison.Gt => ">", Comparison.Gte => "≥", Comparison.Lt => "<", _ => "≤" };
                conditions.Add(new JoinCondition(context.Ask(first.Text, first.Line, problems).Slot, order, context.Ask(second.Text, second.Line, problems).Slot, $"{first.Text} {sign} {second.Text}"));
            }
        }

        if (conditions.Count == 0) problems.Error(node.Line, "'where' compares nothing.", "Write 'where: { Location.Country: { neq: Location.Country } }'.");
        return conditions.ToImmutable();
    }

    private LookFor ReadLook(YamlNode? node)
    {
        if (node is null) return LookFor.After;
        var text = (node as YamlScalar)?.Text;
        if (text is "before") return LookFor.Before;
        if (text is "around") return LookFor.Around;
        if (text is not "after") problems.Error(node.Line, $"'look' is not '{text}'.", "Use after, before or around.");
        return LookFor.After;
    }

    private ImmutableArray<int>? ReadDistinct(YamlMap map, int inputs)
    {
        if (map["distinct"] is not { } node) return null;
        if (node is not YamlScalar { IsNull: false } field)
        {
            problems.Error(node.Line, "'distinct' names no field.", "Write 'distinct: Actor.Id'.");
            return null;
        }

        var slot = context.Ask(field.Text, field.Line, problems).Slot;
        return [.. Enumerable.Repeat(slot, inputs)];
    }
}
