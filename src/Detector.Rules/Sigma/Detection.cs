using System.Collections.Immutable;
using Detector.Engine.Rules;
using Detector.Rules.Yaml;

namespace Detector.Rules.Sigma;

/// <summary>Reads the searches and the condition of a <c>detection</c> or <c>filter</c> section.</summary>
internal sealed class Detection(LoadContext context, Diagnostics problems)
{
    /// <summary>How deep lists of maps may lie in one another.</summary>
    public const int DepthMax = 8;

    private static readonly ConstantPredicate s_never = new(false);

    private readonly FieldConditionCompiler _compiler = new(context, problems);

    /// <summary>What the condition counted, as in Sigma 1; null when it did not.</summary>
    public Aggregation? Aggregation { get; private set; }

    /// <summary>The section as one predicate; one that never holds when there is a problem.</summary>
    /// <param name="section">The map of searches, with the condition.</param>
    /// <param name="what">The section, for messages: 'detection' or 'filter'.</param>
    /// <param name="others">Keys that are no searches.</param>
    public Predicate Read(YamlMap section, string what, params string[] others)
    {
        var searches = new Dictionary<string, Predicate>(StringComparer.Ordinal);
        foreach (var (key, value) in section.Entries)
        {
            if (key.Text is "condition" or "timeframe" || others.Contains(key.Text, StringComparer.Ordinal)) continue;
            if (!ConditionParser.IsName(key.Text)) problems.Error(key.Line, $"No condition can name the search '{key.Text}'.", "Name it with letters, digits, '_' and '-'.");
            searches[key.Text] = Search(value, 0);
        }

        var conditions = Conditions(section["condition"]);
        if (conditions.Count == 0)
        {
            problems.Error(section["condition"]?.Line ?? section.Line, $"The {what} has no condition, or one that is not a text.", "Add 'condition: selection'.");
            return s_never;
        }

        if (searches.Count == 0)
        {
            problems.Error(section.Line, $"The {what} has a condition, but no search.", "Add 'selection:' with fields and values.");
            return s_never;
        }

        if (conditions.Count == 1)
        {
            Aggregation = Aggregation.Read(conditions[0], section["timeframe"], problems, out var counted);
            conditions = [counted];
        }

        var parser = new ConditionParser(searches, problems);
        var predicates = conditions.Select(condition => parser.Parse(condition.Text, condition.Line)).ToImmutableArray();
        foreach (var unused in parser.Unused) problems.Warning(section.Entries.First(entry => entry.Key.Text == unused).Key.Line, $"The condition does not use the search '{unused}'.", "Name it in the condition, or remove it.");
        return predicates.Length == 1 ? predicates[0] : new OrPredicate(predicates);
    }

    /// <summary>The conditions as written; none when one of them is no text.</summary>
    public static IReadOnlyList<YamlScalar> Conditions(YamlNode? node) => node switch
    {
        YamlScalar { IsNull: false } one => [one],
        YamlList several when several.Items.All(item => item is YamlScalar { IsNull: false }) => [.. several.Items.Cast<YamlScalar>()],
        _ => [],
    };

    private Predicate Search(YamlNode node, int depth)
    {
        if (depth > DepthMax)
        {
            problems.Error(node.Line, $"Lists lie more than {DepthMax} deep in one another.", "Write several searches.");
            return s_never;
        }

        switch (node)
        {
            case YamlMap { Entries.Count: > 0 } map:
                var terms = map.Entries.Select(entry => _compiler.Compile(entry.Key, entry.Value)).ToImmutableArray();
                return terms.Length == 1 ? terms[0] : new AndPredicate(terms);
            case YamlList { Items.Count: > 0 } list when list.Items.All(item => item is YamlScalar):
                return _compiler.Keywords(list);
            case YamlList { Items.Count: > 0 } list:
                return new OrPredicate([.. list.Items.Select(item => item is YamlScalar ? _compiler.Keywords(item) : Search(item, depth + 1))]);
            case YamlScalar { IsNull: false } scalar:
                return _compiler.Keywords(scalar);
            default:
                problems.Error(node.Line, "The search is empty.", "Give it a map of fields, or a list of texts.");
                return s_never;
        }
    }
}
