using System.Collections.Immutable;
using System.Globalization;
using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Engine.Rules.Operators;
using Detector.Rules.Lists;
using Detector.Rules.Yaml;

namespace Detector.Rules.Sigma;

/// <summary>Compiles <c>field|modifier|modifier: values</c> into a predicate, as the Sigma specification 2.1 says.</summary>
internal sealed class FieldConditionCompiler(LoadContext context, Diagnostics problems)
{
    private static readonly string[] s_later =
    [
        "neq", "base64", "base64offset", "windash", "utf16le", "utf16be", "utf16", "wide", "minute", "hour", "day", "week", "month", "year", "fieldref",
    ];

    private readonly Placeholders _placeholders = new(context, problems);

    /// <summary>Compiles one entry of a map; a problem gives a predicate that never holds.</summary>
    public Predicate Compile(YamlScalar key, YamlNode value)
    {
        var words = key.Text.Split('|');
        if (!Modifiers.TryParse(words[1..], key.Line, problems, s_later, out var modifiers)) return new ConstantPredicate(false);
        if (!TryValues(value, modifiers, out var values)) return new ConstantPredicate(false);
        if (words[0].Length == 0)
            return Keywords(values, modifiers, key.Line);
        var (slot, field) = context.Ask(words[0], key.Line, problems);
        if (field.Name == CanonicalFields.Name(CanonicalField.OperationName)) values = [.. values.Select(v => v with { Text = v.Text?.Trim() })];
        var operators = Operators(values, modifiers);
        return operators.IsEmpty ? new ConstantPredicate(false) : new FieldPredicate(words[0], slot, operators, modifiers.All);
    }

    /// <summary>Compiles a list of texts that are searched in the whole record.</summary>
    public Predicate Keywords(YamlNode list)
    {
        var modifiers = new Modifiers();
        return TryValues(list, modifiers, out var values) ? Keywords(values, modifiers, list.Line) : new ConstantPredicate(false);
    }

    private Predicate Keywords(IReadOnlyList<Value> values, Modifiers modifiers, int line)
    {
        if (modifiers.Comparison is not null || modifiers.Exists || modifiers.Cidr)
        {
            problems.Error(line, "A keyword cannot be compared, tested for existence or read as a network.", "Name a field before the modifier.");
            return new ConstantPredicate(false);
        }

        var slot = context.Schema.Ask(FieldCatalog.Whole);
        var operators = Operators(values, modifiers.Regex ? modifiers : modifiers with { Contains = true });
        return operators.IsEmpty ? new ConstantPredicate(false) : new KeywordPredicate(slot, operators, modifiers.All);
    }

    private bool TryValues(YamlNode node, Modifiers modifiers, out IReadOnlyList<Value> values)
    {
        var found = new List<Value>();
        values = found;
        foreach (var item in node is YamlList list ? list.Items : [node])
        {
            if (item is not YamlScalar scalar)
            {
                problems.Error(item.Line, "A value is a map or a list.", "Give a text, a number, or a list of them.");
                return false;
            }

            if (scalar.IsNull) found.Add(new Value(null, scalar.Line));
            else if (modifiers.Expand) found.AddRange(_placeholders.Expand(scalar).Select(text => new Value(text, scalar.Line)));
            else found.Add(new Value(scalar.Text, scalar.Line));
            if (!modifiers.Expand) _placeholders.WarnOfForgotten(scalar);
        }

        // An empty list of rules/lists is data, and matches nothing; a rule without values is a mistake.
        if (found.Count > 0 || modifiers.Expand) return true;
        problems.Error(node.Line, "There is no value to compare with.", "Give at least one.");
        return false;
    }

    private ImmutableArray<Operator> Operators(IReadOnlyList<Value> values, Modifiers modifiers)
    {
        if (modifiers.IsPlain && !modifiers.All)
        {
            // A plain list of texts is one look-up however long it is.
            var texts = values.Where(v => v.Text is not null && WildcardPattern.Parse(v.Text).Literal is not null).ToList();
            if (texts.Count > 1)
            {
                var rest = values.Except(texts).Select(v => Operator(v, modifiers)).OfType<Operator>();
                return [new OneOf(texts.Select(v => WildcardPattern.Parse(v.Text!).Literal!), modifiers.Cased), .. rest];
            }
        }

        return [.. values.Select(v => Operator(v, modifiers)).OfType<Operator>()];
    }

    private Operator? Operator(Value value, Modifiers modifiers)
    {
        if (modifiers.Exists)
        {
            if (bool.TryParse(value.Text, out var expected)) return new Exists(expected);
            return Refuse(value, "'exists' takes true or false.", "Write 'field|exists: true'.");
        }

        if (value.Text is not { } text) return modifiers.IsPlain ? new IsNull() : Refuse(value, "null cannot be combined with a modifier.", "Use 'field: null', or 'field|exists: false'.");
        if (modifiers.Regex)
        {
            if (!RegexMatch.TryCreate(text, modifiers.RegexOptions, out var regex, out var error)) return Refuse(value, error!, "Simplify the expression.");
            if (regex!.IsCostly) problems.Warning(value.Line, "The regular expression repeats something a hundred times or more: it costs time for each character of each record.", "Repeat with '*' or '+', or fewer times.");
            return regex;
        }

        if (modifiers.Cidr) return InNetwork.TryCreate(text, out var network) ? network : Refuse(value, $"'{text}' is no network.", "Write an address, or one with a prefix, such as 192.0.2.0/24.");
        if (modifiers.Comparison is { } order)
        {
            return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound)
                ? new NumberComparison(order, bound)
                : Refuse(value, $"'{text}' is no number.", "Compare with a number.");
        }

        var pattern = WildcardPattern.Parse(text);
        if (modifiers.Contains || modifiers.EndsWith) pattern = pattern.AnyBefore();
        if (modifiers.Contains || modifiers.StartsWith) pattern = pattern.AnyAfter();
        return pattern.Literal is { } literal ? new OneOf([literal], modifiers.Cased) : new Like(pattern, modifiers.Cased);
    }

    private Operator? Refuse(Value value, string message, string remedy)
    {
        problems.Error(value.Line, message, remedy);
        return null;
    }

    private sealed record Value(string? Text, int Line);
}
