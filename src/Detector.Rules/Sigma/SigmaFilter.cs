using Detector.Engine.Rules;
using Detector.Rules.Lists;
using Detector.Rules.Yaml;

namespace Detector.Rules.Sigma;

/// <summary>
/// A Sigma filter: an exception that somebody answers for. Until its day its condition must hold beside that of the rules it names;
/// from then on, by the time of the records, they are as if it were not there.
/// </summary>
internal sealed class SigmaFilter
{
    private static readonly string[] s_known =
    [
        "title", "id", "name", "taxonomy", "status", "description", "license", "author", "references", "date", "modified", "tags", "logsource", "filter", "custom_attributes",
    ];

    private static readonly string[] s_extension = ["owner", "reason", "expires"];

    private readonly YamlNode _rules;
    private readonly LogSource _source;
    private readonly Predicate _condition;
    private readonly Diagnostics _problems;

    private SigmaFilter(YamlNode rules, LogSource source, Predicate condition, Diagnostics problems)
    {
        (_rules, _source, _condition, _problems) = (rules, source, condition, problems);
    }

    /// <summary>Reads a file; null when it has errors, which are told.</summary>
    public static SigmaFilter? Load(YamlMap map, LoadContext context, Diagnostics problems)
    {
        if (map["detection"] is { } other) problems.Error(other.Line, "The file is a filter and a detection at once.", "Put each in a file of its own.");
        foreach (var (key, _) in map.Entries.Where(entry => entry.Key.Text is not "detection" && !s_known.Contains(entry.Key.Text, StringComparer.Ordinal)))
            problems.Warning(key.Line, $"The key '{key.Text}' is not one of a Sigma filter.", Suggestion.For(key.Text, s_known) ?? "Keep what is yours under 'custom_attributes'.");
        RuleHeader.CheckTitle(map, problems);
        if (RuleHeader.Text(map, "id", problems) is { } id && !Guid.TryParseExact(id, "D", out _))
            problems.Error(map["id"]!.Line, $"The id '{id}' is no UUID.", "Use a new UUID, for instance from uuidgen, or leave it out.");
        var ends = ReadExtension(map, context, problems);
        var source = LogSource.Read(map, problems);
        if (map["filter"] is not YamlMap filter)
        {
            problems.Error(map["filter"]!.Line, "'filter' is not a map.", "Give it 'rules', a selection and a condition.");
            return null;
        }

        if (filter["condition"] is YamlList several) problems.Error(several.Line, "A filter has one condition.", "Join them with 'and' or 'or'.");
        var detection = new Detection(context, problems);
        var condition = detection.Read(filter, "filter", "rules");
        if (detection.Aggregation is { } counted) problems.Error(counted.Line, "A filter looks at single records, and cannot count.", "Remove what follows '|'.");
        if (filter["rules"] is null or YamlScalar { IsNull: true } or YamlList { Items.Count: 0 } or YamlMap)
        {
            problems.Error(filter["rules"]?.Line ?? filter.Line, "The filter names no rule.", "Add 'rules:' with names or ids, or 'rules: any' for all of the log source.");
            return null;
        }

        if (problems.HasErrors || source is null || ends is null) return null;
        return new SigmaFilter(filter["rules"]!, source, new OrPredicate([new NotPredicate(new BeforePredicate(ends.Value)), condition]), problems);
    }

    /// <summary>Adds the condition to the rules that it is meant for; says so when one is not there.</summary>
    public void Apply(IList<LoadedSigma?> sigma, RuleIndex index)
    {
        var names = (_rules is YamlList list ? list.Items : [_rules]).ToList();
        var found = new HashSet<int>();
        foreach (var node in names)
        {
            if (node is not YamlScalar { IsNull: false } name) _problems.Error(node.Line, "A rule is named by a list or a map.", "Write its name or its id.");
            else if (names.Count == 1 && name.Text is "any" or "all" && index.Peek(name.Text) is null) TakeAll(sigma, found, name.Line);
            else Take(name, sigma, index, found);
        }

        foreach (var at in found) sigma[at] = sigma[at]! with { Rule = sigma[at]!.Rule with { Predicate = new AndPredicate([sigma[at]!.Rule.Predicate, _condition]) } };
    }

    private void TakeAll(IList<LoadedSigma?> sigma, HashSet<int> found, int line)
    {
        for (var i = 0; i < sigma.Count; i++)
        {
            if (sigma[i]?.Source is { } source && _source.Covers(source)) found.Add(i);
        }

        if (found.Count == 0) _problems.Error(line, "No rule has the log source of the filter.", "Name the log source as the rules do, or name the rules.");
    }

    private void Take(YamlScalar name, IList<LoadedSigma?> sigma, RuleIndex index, HashSet<int> found)
    {
        if (index.Peek(name.Text) is not { } target)
        {
            _problems.Error(name.Line, $"There is no rule with the name or id '{name.Text}'.", Suggestion.For(name.Text, sigma.OfType<LoadedSigma>().Select(rule => rule.Rule.Name)) ?? "Name a Sigma detection of this folder.");
            return;
        }

        if (target.Kind != SourceKind.Sigma)
        {
            _problems.Error(name.Line, $"'{name.Text}' is no Sigma detection: a filter looks at single records.", "Name the detections that it refers to.");
            return;
        }

        if (sigma[target.Index] is not { Source: { } source } rule) return;
        if (_source.Covers(source)) found.Add(target.Index);
        else _problems.Error(name.Line, $"The rule '{rule.Rule.Name}' has another log source than the filter.", "Give the filter the log source of its rules, or a filter for each.");
    }

    private static DateTime? ReadExtension(YamlMap map, LoadContext context, Diagnostics problems)
    {
        if ((map["custom_attributes"] as YamlMap)?["detector"] is not YamlMap extension)
        {
            problems.Error(map["custom_attributes"]?.Line ?? map.Line, "An exception needs somebody who answers for it, a reason and an end.", "Add 'custom_attributes: { detector: { owner: …, reason: …, expires: 2026-12-31 } }'.");
            return null;
        }

        Keys.Check(extension, "An exception", problems, s_extension);
        foreach (var key in new[] { "owner", "reason" })
        {
            if (Keys.RequiredText(extension, key, "An exception", problems) is { } text && string.IsNullOrWhiteSpace(text)) problems.Error(extension[key]!.Line, $"'{key}' is empty.", $"Say the {key}.");
        }

        if (Keys.RequiredText(extension, "expires", "An exception", problems) is null) return null;
        return Expiry.Read(extension["expires"], "The exception", context.Today, problems) is { } day ? context.StartOf(day) : null;
    }
}
