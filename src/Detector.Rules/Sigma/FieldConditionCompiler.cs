using System.Collections.Immutable;
using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Engine.Rules.Operators;
using Detector.Rules.Lists;
using Detector.Rules.Yaml;

namespace Detector.Rules.Sigma;

/// <summary>Compiles <c>field|modifier|modifier: values</c> into a predicate, as the Sigma specification 2.1 says.</summary>
internal sealed class FieldConditionCompiler(LoadContext context, Diagnostics problems)
{
    private static readonly ConstantPredicate s_never = new(false);

    private readonly Placeholders _placeholders = new(context, problems);

    /// <summary>Compiles one entry of a map; a problem gives a predicate that never holds.</summary>
    public Predicate Compile(YamlScalar key, YamlNode value)
    {
        var words = key.Text.Split('|');
        if (!Modifiers.TryParse(words[1..], key.Line, problems, out var modifiers)) return s_never;
        if (!TryValues(value, modifiers, out var values)) return s_never;
        var name = words[0];
        if (name.Length == 0) return Keywords(values, modifiers, key.Line);
        if (modifiers.All && values.Count == 1 && !modifiers.Expand) problems.Warning(key.Line, "'all' changes nothing for a single value, and some tools refuse it.", "Leave it out, or give several values.");
        var (slot, field) = context.Ask(name, key.Line, problems);
        if (modifiers.Kind == ValueKind.Field) return References(name, slot, values, modifiers);
        if (field.Name == CanonicalFields.Name(CanonicalField.OperationName)) values = [.. values.Select(v => v with { Text = v.Text?.Trim() })];
        var any = Join(values, modifiers, operators => new FieldPredicate(name, slot, operators, modifiers.All));
        return modifiers.Differs && modifiers.Kind != ValueKind.Existence
            ? new AndPredicate([new FieldPredicate(name, slot, [new Exists(true)]), new NotPredicate(any)])
            : any;
    }

    /// <summary>Compiles a list of texts that are searched in the whole record.</summary>
    public Predicate Keywords(YamlNode list)
    {
        var modifiers = new Modifiers();
        return TryValues(list, modifiers, out var values) ? Keywords(values, modifiers, list.Line) : s_never;
    }

    private Predicate Keywords(IReadOnlyList<ConditionValue> values, Modifiers modifiers, int line)
    {
        if (modifiers.Kind is not (ValueKind.Plain or ValueKind.Regex))
        {
            problems.Error(line, "A keyword is looked for in the whole record: it cannot be compared, tested for existence or read as a network.", "Name a field before the modifier.");
            return s_never;
        }

        if (values.FirstOrDefault(value => value.Text is null) is { } missing)
        {
            problems.Error(missing.Line, "null is no keyword.", "Name a field before it, as in 'field: null'.");
            return s_never;
        }

        // That the place is anywhere was not asked for, and so needs no text.
        if (!modifiers.NeedsText) values = [.. values.Select(value => value with { Kind = ScalarKind.Text })];
        var slot = context.Schema.Ask(FieldCatalog.Whole);
        var found = Join(values, modifiers.Kind == ValueKind.Regex ? modifiers : modifiers with { Place = TextPlace.Anywhere }, operators => new KeywordPredicate(slot, operators, modifiers.All));
        return modifiers.Differs ? new NotPredicate(found) : found;
    }

    private bool TryValues(YamlNode node, Modifiers modifiers, out IReadOnlyList<ConditionValue> values)
    {
        var found = new List<ConditionValue>();
        values = found;
        foreach (var item in node is YamlList list ? list.Items : [node])
        {
            if (item is not YamlScalar scalar)
            {
                problems.Error(item.Line, "A value is a map or a list.", "Give a text, a number, or a list of them.");
                return false;
            }

            if (scalar.IsNull) found.Add(new ConditionValue(null, scalar.Line, ScalarKind.Null));
            else if (modifiers.Expand) found.AddRange(_placeholders.Expand(scalar));
            else found.Add(ConditionValue.Of(scalar));
            if (!modifiers.Expand) _placeholders.WarnOfForgotten(scalar);
        }

        // An empty list of rules/lists is data, and matches nothing; a rule without values is a mistake.
        if (found.Count > 0 || modifiers.Expand) return true;
        problems.Error(node.Line, "There is no value to compare with.", "Give at least one.");
        return false;
    }

    // Values that work for a time only count until then: any of those left matches, or all of them must.
    private Predicate Join(IReadOnlyList<ConditionValue> values, Modifiers modifiers, Func<ImmutableArray<Operator>, Predicate> make)
    {
        var compiler = new OperatorCompiler(problems);
        var lasting = compiler.Compile([.. values.Where(value => value.Ends is null)], modifiers);
        var groups = values.Where(value => value.Ends is not null).GroupBy(value => value.Ends!.Value).OrderBy(group => group.Key).ToList();
        if (groups.Count == 0) return lasting.IsEmpty ? s_never : make(lasting);
        var terms = ImmutableArray.CreateBuilder<Predicate>();
        if (!lasting.IsEmpty) terms.Add(make(lasting));
        foreach (var group in groups)
        {
            var operators = compiler.Compile([.. group], modifiers);
            if (operators.IsEmpty) continue;
            var before = new BeforePredicate(group.Key);
            terms.Add(modifiers.All ? new OrPredicate([new NotPredicate(before), make(operators)]) : new AndPredicate([before, make(operators)]));
        }

        // Of an empty list all match, but nothing is to match when the last of them has ended.
        if (modifiers.All && lasting.IsEmpty) terms.Add(new BeforePredicate(groups[^1].Key));
        return modifiers.All ? new AndPredicate(terms.ToImmutable()) : new OrPredicate(terms.ToImmutable());
    }

    private Predicate References(string name, int slot, IReadOnlyList<ConditionValue> values, Modifiers modifiers)
    {
        var terms = ImmutableArray.CreateBuilder<Predicate>();
        foreach (var value in values)
        {
            if (value.Kind != ScalarKind.Text || WildcardPattern.Parse(value.Text!).Literal is not { Length: > 0 } other)
            {
                problems.Error(value.Line, $"'{value.Text}' names no field.", "Write the name of another field, without wildcards.");
                return s_never;
            }

            var otherSlot = context.Ask(other, value.Line, problems).Slot;
            if (otherSlot == slot) problems.Warning(value.Line, $"'{name}' is compared with itself.", "Name another field.");
            var equal = new FieldReferencePredicate(name, slot, other, otherSlot, modifiers.Place, modifiers.Cased);
            terms.Add(!modifiers.Differs ? equal
                : new AndPredicate([new FieldPredicate(name, slot, [new Exists(true)]), new FieldPredicate(other, otherSlot, [new Exists(true)]), new NotPredicate(equal)]));
        }

        // To differ from several is to differ from each; with 'all' it is not to be all of them.
        if (terms.Count == 1) return terms[0];
        return modifiers.All != modifiers.Differs ? new AndPredicate(terms.ToImmutable()) : new OrPredicate(terms.ToImmutable());
    }
}
