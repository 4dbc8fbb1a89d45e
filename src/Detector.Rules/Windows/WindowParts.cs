using System.Collections.Immutable;
using System.Globalization;
using Detector.Engine.Rules;
using Detector.Engine.Windows;
using Detector.Rules.Yaml;

namespace Detector.Rules.Windows;

/// <summary>What the files of all window rules have in common: who is looked at, by which fields, and in which ranges.</summary>
internal sealed class WindowParts(LoadContext context, RuleIndex index, Diagnostics problems)
{
    /// <summary>Windows longer than this would keep the events of everybody for ever.</summary>
    public static readonly TimeSpan WithinMax = TimeSpan.FromDays(31);

    /// <summary>A rule looks at no more than so many others.</summary>
    public const int InputsMax = 64;

    /// <summary>No rule goes quiet for longer.</summary>
    public static readonly TimeSpan QuietMax = TimeSpan.FromDays(31);

    /// <summary>The rules of a name or a list of names.</summary>
    public IReadOnlyList<RuleTarget> Rules(YamlNode? node, string key, int line)
    {
        var names = Names(node, key, line);
        if (names.Count > InputsMax) problems.Error(node!.Line, $"'{key}' names more than {InputsMax} rules.", "Put some of them together in a rule of their own.");
        var targets = new List<RuleTarget>();
        foreach (var name in names)
        {
            if (index.Refer(name.Text, name.Line, problems) is not { } target) continue;
            if (targets.Contains(target)) problems.Error(name.Line, $"'{key}' names '{name.Text}' twice.", "Name it once.");
            else targets.Add(target);
        }

        return targets.Count <= InputsMax ? targets : [];
    }

    /// <summary>A text or a list of texts.</summary>
    public IReadOnlyList<YamlScalar> Names(YamlNode? node, string key, int line)
    {
        switch (node)
        {
            case YamlScalar { IsNull: false } one:
                return [one];
            case YamlList { Items.Count: > 0 } list when list.Items.All(item => item is YamlScalar { IsNull: false }):
                return [.. list.Items.Cast<YamlScalar>()];
            default:
                problems.Error(node?.Line ?? line, $"'{key}' is neither a name nor a list of names.", $"Write '{key}: [one, another]'.");
                return [];
        }
    }

    /// <summary>The slot of a field in each rule: the same, or by an alias.</summary>
    public ImmutableArray<int> Slots(YamlScalar field, IReadOnlyList<RuleTarget> targets, YamlMap? aliases)
    {
        if (aliases?[field.Text] is not { } alias)
        {
            var slot = context.Ask(field.Text, field.Line, problems).Slot;
            return [.. targets.Select(_ => slot)];
        }

        var slots = ImmutableArray.CreateBuilder<int>();
        foreach (var target in targets)
        {
            if ((alias as YamlMap)?.Entries.FirstOrDefault(entry => entry.Key.Text == target.Name || string.Equals(index.Peek(entry.Key.Text)?.Name, target.Name, StringComparison.Ordinal)).Value is YamlScalar own)
            {
                slots.Add(context.Ask(own.Text, own.Line, problems).Slot);
                continue;
            }

            problems.Error(alias.Line, $"The alias '{field.Text}' says nothing of the rule '{target.Name}'.", $"Add '{target.Name}: FIELD' to it.");
            slots.Add(context.Ask(field.Text, field.Line, problems).Slot);
        }

        return slots.ToImmutable();
    }

    /// <summary>The inputs of a rule, with the fields that all of them are grouped by.</summary>
    public ImmutableArray<RuleInput> Inputs(IReadOnlyList<RuleTarget> targets, IReadOnlyList<YamlScalar> by, YamlMap? aliases)
    {
        var keys = by.Select(field => Slots(field, targets, aliases)).ToList();
        return [.. targets.Select((target, i) => new RuleInput(target.Kind, target.Index, target.Name, target.Title, [.. keys.Select(slots => slots[i])]))];
    }

    /// <summary>A length of time; null, and a problem, when there is none or it is too long.</summary>
    public TimeSpan? Span(YamlMap map, string key, TimeSpan most, TimeSpan? otherwise = null)
    {
        if (map[key] is not { } node)
        {
            if (otherwise is null) problems.Error(map.Line, $"The rule has no '{key}'.", $"Add '{key}: 1h'.");
            return otherwise;
        }

        if (node is YamlScalar { Text: "0" or "0s" or "0m" or "0h" or "0d" } && otherwise is not null) return TimeSpan.Zero;
        var span = Keys.Span(node, key, problems);
        if (span <= most) return span;
        if (span is not null) problems.Error(node.Line, $"'{key}' is longer than {most.Days} days.", "Give a shorter time.");
        return null;
    }

    /// <summary>The gap of <c>suppress: { for: 4h }</c>, or what the rule has without it.</summary>
    public TimeSpan Gap(YamlMap? section, TimeSpan otherwise)
    {
        if (section?["suppress"] is not { } node) return otherwise;
        if (node is not YamlMap suppress)
        {
            problems.Error(node.Line, "'suppress' is no map.", "Write 'suppress: { for: 4h }'.");
            return otherwise;
        }

        if (suppress["by"] is { } by) problems.Error(by.Line, "This rule is grouped by its own key, so 'suppress' has no 'by'.", "Leave it out.");
        Keys.Check(suppress, "'suppress'", problems, "by", "for");
        return Span(suppress, "for", QuietMax) ?? otherwise;
    }

    /// <summary>The bounds of a measure: <c>gte: 3</c> and others.</summary>
    public NumberRange Range(YamlMap map, int line, decimal? most = null)
    {
        var bounds = ImmutableArray.CreateBuilder<(Comparison, decimal)>();
        foreach (var (word, order) in new[] { ("eq", Comparison.Eq), ("neq", Comparison.Neq), ("gt", Comparison.Gt), ("gte", Comparison.Gte), ("lt", Comparison.Lt), ("lte", Comparison.Lte) })
        {
            if (map[word] is not { } node) continue;
            if (node is YamlScalar scalar && decimal.TryParse(scalar.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var bound)) bounds.Add((order, bound));
            else problems.Error(node.Line, $"'{word}' is no number.", $"Write '{word}: 3'.");
        }

        if (bounds.Count == 0) problems.Error(line, "Nothing says how much it must be.", "Add 'gte: 3', or gt, lt, lte, eq, neq.");
        var range = new NumberRange(bounds.ToImmutable());
        if (most is not null && range.Least > most)
            problems.Error(line, $"Of one group at most {most} events are kept, so this never holds.", "Ask for fewer.");
        return range;
    }

    /// <summary>At most so many events of one group are kept.</summary>
    public static decimal EventsMax => WindowLimits.EventsPerGroup;
}
