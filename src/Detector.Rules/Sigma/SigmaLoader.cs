using System.Collections.Immutable;
using Detector.Engine.Rules;
using Detector.Engine.Rules.Operators;
using Detector.Rules.Yaml;

namespace Detector.Rules.Sigma;

/// <summary>A Sigma detection as loaded, before it is known who refers to it.</summary>
internal sealed record LoadedSigma(SigmaRule Rule, bool? Generate, YamlNode? Tests, YamlNode? Suppress, int Line, Diagnostics Problems);

/// <summary>Reads Sigma 2.1 detection files (<c>.yml</c>).</summary>
internal static class SigmaLoader
{
    private static readonly string[] s_known =
    [
        "title", "id", "related", "name", "taxonomy", "status", "description", "license", "author", "references", "date", "modified",
        "logsource", "detection", "fields", "falsepositives", "level", "tags", "scope", "custom_attributes", "generate", "simulation", "regression_tests_path",
    ];

    private static readonly string[] s_extension = ["tests", "session", "generate", "runbook", "suppress"];

    public static LoadedSigma? Load(YamlMap map, ReadOnlySpan<byte> bytes, LoadContext context, Diagnostics problems)
    {
        if (map["filter"] is { } found)
        {
            problems.Error(found.Line, "Sigma 'filter' files are not supported yet.", "Remove the file from the folder.");
            return null;
        }

        foreach (var (key, _) in map.Entries.Where(entry => !s_known.Contains(entry.Key.Text, StringComparer.Ordinal)))
            problems.Warning(key.Line, $"The key '{key.Text}' is not one of Sigma's.", Suggestion.For(key.Text, s_known) ?? "Keep what is yours under 'custom_attributes'.");

        var extension = ReadExtension(map, problems);
        var header = RuleHeader.Read(map, problems.File, bytes, extension, problems);
        var level = RuleHeader.ReadLevel(map["level"], problems) ?? Severity.Medium;
        var detection = ReadDetection(map, context, problems);
        var source = ReadLogSource(map, context, problems);
        var isSession = Keys.Boolean(extension?["session"], "session", problems) ?? false;
        var generate = Keys.Boolean(extension?["generate"] ?? map["generate"], "generate", problems);
        var rule = new SigmaRule
        {
            Id = header.Id,
            Name = header.Name,
            Title = header.Title,
            Description = header.Description,
            Tags = header.Tags,
            FalsePositives = header.FalsePositives,
            Runbook = header.Runbook,
            Version = header.Version,
            File = problems.File,
            Severity = level,
            Session = isSession,
            Predicate = source is null ? detection : new AndPredicate([source, detection]),
        };
        return new LoadedSigma(rule, generate, extension?["tests"], extension?["suppress"], map.Line, problems);
    }

    private static YamlMap? ReadExtension(YamlMap map, Diagnostics problems)
    {
        if ((map["custom_attributes"] as YamlMap)?["detector"] is not YamlMap extension) return null;
        foreach (var (key, _) in extension.Entries.Where(entry => !s_extension.Contains(entry.Key.Text, StringComparer.Ordinal)))
            problems.Error(key.Line, $"'custom_attributes.detector' has no key '{key.Text}'.", Suggestion.For(key.Text, s_extension) ?? $"It has {string.Join(", ", s_extension)}.");
        return extension;
    }

    private static Predicate? ReadLogSource(YamlMap map, LoadContext context, Diagnostics problems)
    {
        if (map["logsource"] is not YamlMap source)
        {
            problems.Error(map.Line, "The rule has no 'logsource'.", "Add 'logsource: {product: azure, service: auditlogs}'.");
            return null;
        }

        var (product, service) = (RuleHeader.Text(source, "product", problems), RuleHeader.Text(source, "service", problems));
        if (product is not null && !string.Equals(product, "azure", StringComparison.OrdinalIgnoreCase))
        {
            problems.Warning(source.Line, $"The product '{product}' writes none of the records that are read here: the rule matches nothing.", "Use product azure.");
            return new ConstantPredicate(false);
        }

        if (service is null)
        {
            if (product is null) problems.Warning(source.Line, "The log source names neither product nor service: the rule looks at every record.", "Use product azure and service auditlogs or signinlogs.");
            return null;
        }

        if (!LogSources.TryGet(service, out var categories))
        {
            problems.Warning(source["service"]!.Line, $"The service '{service}' is not known: the rule looks at every record.", Suggestion.For(service, LogSources.Services) ?? $"Known are {string.Join(", ", LogSources.Services)}.");
            return null;
        }

        return categories.Length == 0 ? null : new FieldPredicate("Category", context.Schema.Ask(Engine.Logs.CanonicalField.Category), [new OneOf(categories, cased: false)]);
    }

    private static Predicate ReadDetection(YamlMap map, LoadContext context, Diagnostics problems)
    {
        var never = new ConstantPredicate(false);
        if (map["detection"] is not YamlMap detection)
        {
            problems.Error(map.Line, "The rule has no 'detection'.", "Add searches and a condition.");
            return never;
        }

        var compiler = new FieldConditionCompiler(context, problems);
        var searches = new Dictionary<string, Predicate>(StringComparer.Ordinal);
        foreach (var (key, value) in detection.Entries)
        {
            if (key.Text is "condition") continue;
            if (key.Text is "timeframe") problems.Error(key.Line, "'timeframe' belongs to the aggregations that Sigma 2 dropped.", "Write a correlation rule.");
            else searches[key.Text] = Search(value, compiler, problems);
        }

        var conditions = detection["condition"] switch
        {
            YamlScalar { IsNull: false } one => [one],
            YamlList several when several.Items.All(item => item is YamlScalar { IsNull: false }) => several.Items.Cast<YamlScalar>().ToList(),
            _ => [],
        };
        if (conditions.Count == 0)
        {
            problems.Error(detection["condition"]?.Line ?? detection.Line, "The detection has no condition, or one that is not a text.", "Add 'condition: selection'.");
            return never;
        }

        var parser = new ConditionParser(searches, problems);
        var predicates = conditions.Select(condition => parser.Parse(condition.Text, condition.Line)).ToImmutableArray();
        foreach (var unused in parser.Unused) problems.Warning(detection.Entries.First(entry => entry.Key.Text == unused).Key.Line, $"The condition does not use the search '{unused}'.", "Name it in the condition, or remove it.");
        var whole = predicates.Length == 1 ? predicates[0] : new OrPredicate(predicates);
        foreach (var field in AbsentFields.PassedOver(whole))
            problems.Info(conditions[0].Line, $"A record without '{field}' passes the 'not' of it.", $"Add '{field}|exists: true' if such records should not match.");
        return whole;
    }

    private static Predicate Search(YamlNode node, FieldConditionCompiler compiler, Diagnostics problems)
    {
        switch (node)
        {
            case YamlMap { Entries.Count: > 0 } map:
                var terms = map.Entries.Select(entry => compiler.Compile(entry.Key, entry.Value)).ToImmutableArray();
                return terms.Length == 1 ? terms[0] : new AndPredicate(terms);
            case YamlList { Items.Count: > 0 } list when list.Items.All(item => item is YamlScalar):
                return compiler.Keywords(list);
            case YamlList { Items.Count: > 0 } list:
                return new OrPredicate([.. list.Items.Select(item => item is YamlScalar ? compiler.Keywords(item) : Search(item, compiler, problems))]);
            case YamlScalar { IsNull: false } scalar:
                return compiler.Keywords(scalar);
            default:
                problems.Error(node.Line, "The search is empty.", "Give it a map of fields, or a list of texts.");
                return new ConstantPredicate(false);
        }
    }
}
