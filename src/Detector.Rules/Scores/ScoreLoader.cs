using System.Collections.Immutable;
using Detector.Engine.Rules;
using Detector.Rules.Sigma;
using Detector.Rules.Yaml;

namespace Detector.Rules.Scores;

/// <summary>Reads the section of a <c>*.detector.yaml</c> of type <c>score</c>.</summary>
internal sealed class ScoreLoader(LoadContext context, RuleIndex index, Diagnostics problems)
{
    /// <summary>Windows longer than this would keep state of everybody for ever.</summary>
    public static readonly TimeSpan WithinMax = TimeSpan.FromDays(31);

    public ScoreRule? Load(YamlMap detector, RuleHeader header)
    {
        Keys.Check(detector, "A score", problems, "version", "type", "on", "factors", "condition", "levels", "storm");
        var on = Refer(detector, "on");
        var factors = ReadFactors(detector);
        var threshold = ReadThreshold(detector);
        var levels = ReadLevels(detector);
        if (on is null || problems.HasErrors) return null;
        return new ScoreRule
        {
            Id = header.Id,
            Name = header.Name,
            Title = header.Title,
            Description = header.Description,
            Tags = header.Tags,
            FalsePositives = header.FalsePositives,
            Runbook = header.Runbook,
            StormAlerts = header.StormAlerts,
            Version = header.Version,
            File = problems.File,
            On = on.Value,
            Factors = factors,
            Threshold = threshold,
            Levels = levels,
        };
    }

    private int? Refer(YamlMap map, string key)
    {
        if (Keys.RequiredText(map, key, "The section", problems) is not { } name) return null;
        if (index.Refer(name, map[key]!.Line, problems) is not { } target) return null;
        if (target.Kind == SourceKind.Sigma) return target.Index;
        problems.Error(map[key]!.Line, $"'{name}' is no Sigma detection, and a score looks at those alone.", "Name the detection that it is made of.");
        return null;
    }

    private ImmutableArray<ScoreFactor> ReadFactors(YamlMap detector)
    {
        if (detector["factors"] is not YamlList { Items.Count: > 0 } list)
        {
            problems.Error(detector["factors"]?.Line ?? detector.Line, "A score needs a list of factors.", "Add 'factors:' with at least one.");
            return [];
        }

        var factors = ImmutableArray.CreateBuilder<ScoreFactor>();
        foreach (var item in list.Items)
        {
            if (item is not YamlMap map)
            {
                problems.Error(item.Line, "A factor is not a map.", "Write '- { id: …, when: …, add: … }'.");
                continue;
            }

            if (Keys.RequiredText(map, "id", "A factor", problems) is not { } id) continue;
            if (factors.Any(known => known.Id == id)) problems.Error(map.Line, $"Two factors have the id '{id}'.", "Rename one of them.");
            ScoreFactor? factor = map["count"] is null ? ReadWhen(map, id) : ReadCount(map, id);
            if (factor is not null) factors.Add(factor);
        }

        return factors.ToImmutable();
    }

    private WhenFactor? ReadWhen(YamlMap map, string id)
    {
        Keys.Check(map, "A factor", problems, "id", "when", "add", "else");
        if (map["when"] is not { } when)
        {
            problems.Error(map.Line, $"The factor '{id}' has neither 'when' nor 'count'.", "Say what must hold, or what is counted.");
            return null;
        }

        var add = Keys.Integer(map["add"], "add", problems);
        if (map["add"] is null) problems.Error(map.Line, $"The factor '{id}' has no 'add'.", "Say how many points it gives.");
        return new WhenFactor(id, ReadCondition(when), add ?? 0, Keys.Integer(map["else"], "else", problems) ?? 0);
    }

    // A map is 'and', a list is 'or'.
    private Predicate ReadCondition(YamlNode node)
    {
        var compiler = new FieldConditionCompiler(context, problems);
        switch (node)
        {
            case YamlMap { Entries.Count: > 0 } map:
                var terms = map.Entries.Select(entry => compiler.Compile(entry.Key, entry.Value)).ToImmutableArray();
                return terms.Length == 1 ? terms[0] : new AndPredicate(terms);
            case YamlList { Items.Count: > 0 } list:
                return new OrPredicate([.. list.Items.Select(ReadCondition)]);
            default:
                problems.Error(node.Line, "A condition is neither a map of fields nor a list of such maps.", "Write '{ Role.Tier: 0 }'.");
                return new ConstantPredicate(false);
        }
    }

    private CountFactor? ReadCount(YamlMap map, string id)
    {
        Keys.Check(map, "A count", problems, "id", "count", "join", "within", "add-each", "max");
        var counted = Refer(map, "count");
        var within = Keys.Span(map["within"], "within", problems);
        if (map["within"] is null) problems.Error(map.Line, $"The factor '{id}' has no 'within'.", "Say how far back matches count, such as 'within: 1h'.");
        if (within > WithinMax) problems.Error(map["within"]!.Line, $"'within' is longer than {WithinMax.Days} days.", "Count over a shorter time.");
        var each = Keys.Integer(map["add-each"], "add-each", problems);
        if (map["add-each"] is null) problems.Error(map.Line, $"The factor '{id}' has no 'add-each'.", "Say how many points each match gives.");
        var most = Keys.Integer(map["max"], "max", problems);
        if (most < 0) problems.Error(map["max"]!.Line, "'max' is less than 0.", "Give the most points that the factor may add.");
        if (map["join"] is not YamlMap { Entries.Count: > 0 } join)
        {
            problems.Error(map["join"]?.Line ?? map.Line, $"The factor '{id}' has no 'join'.", "Say which fields are equal, such as 'join: { Actor.Id: User.Id }'.");
            return null;
        }

        var pairs = ImmutableArray.CreateBuilder<(int, int)>();
        foreach (var (scored, value) in join.Entries)
        {
            if (value is YamlScalar other) pairs.Add((context.Ask(scored.Text, scored.Line, problems).Slot, context.Ask(other.Text, other.Line, problems).Slot));
            else problems.Error(value.Line, "A joined field is a list or a map.", "Name one field of the counted event.");
        }

        if (counted is null || within is null || each is null) return null;
        return new CountFactor(id, counted.Value, pairs.ToImmutable(), within.Value, each.Value, most);
    }

    private int ReadThreshold(YamlMap detector)
    {
        if (detector["condition"] is YamlMap condition)
        {
            Keys.Check(condition, "A score's condition", problems, "gte");
            if (Keys.Integer(condition["gte"], "gte", problems) is { } least) return least;
        }

        problems.Error(detector["condition"]?.Line ?? detector.Line, "A score needs the least number of points that alerts.", "Add 'condition: { gte: 40 }'.");
        return 0;
    }

    private ImmutableArray<(int, Severity)> ReadLevels(YamlMap detector)
    {
        if (detector["levels"] is not YamlMap { Entries.Count: > 0 } map)
        {
            problems.Error(detector["levels"]?.Line ?? detector.Line, "A score needs levels.", "Add 'levels: { 40: high, 70: critical }'.");
            return [];
        }

        var levels = new List<(int Score, Severity Severity)>();
        foreach (var (key, value) in map.Entries)
        {
            if (Keys.Integer(key, "levels", problems) is { } score && RuleHeader.ReadLevel(value, problems) is { } severity) levels.Add((score, severity));
        }

        return [.. levels.OrderBy(level => level.Score)];
    }
}
