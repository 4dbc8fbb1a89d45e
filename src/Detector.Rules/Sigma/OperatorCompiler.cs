using System.Collections.Immutable;
using System.Globalization;
using Detector.Engine.Rules;
using Detector.Engine.Rules.Operators;

namespace Detector.Rules.Sigma;

/// <summary>Compiles the values of one condition, as its modifiers say, into tests of a field.</summary>
internal sealed class OperatorCompiler(Diagnostics problems)
{
    /// <summary>The tests, any or all of which must hold; those of values with a problem are left out.</summary>
    public ImmutableArray<Operator> Compile(IReadOnlyList<ConditionValue> values, Modifiers modifiers)
    {
        if (modifiers.IsEquality && !modifiers.All)
        {
            // A plain list of texts is one look-up however long it is.
            var literals = new List<string>();
            var others = new List<ConditionValue>();
            foreach (var value in values)
            {
                if (value.Text is { } text && !IsMistyped(value, modifiers) && WildcardPattern.Parse(text).Literal is { } literal) literals.Add(literal);
                else others.Add(value);
            }

            if (literals.Count > 1) return [new OneOf(literals, modifiers.Cased), .. others.SelectMany(value => Operators(value, modifiers))];
        }

        var tests = values.SelectMany(value => Operators(value, modifiers)).ToImmutableArray();
        return modifiers.All ? tests : Together(tests, modifiers.Cased);
    }

    // Texts of which one must stand somewhere are looked for in one pass.
    private static ImmutableArray<Operator> Together(ImmutableArray<Operator> tests, bool cased)
    {
        var inner = tests.OfType<Like>().Select(like => like.Inner).OfType<string>().ToImmutableArray();
        return inner.Length < 2 ? tests : [new ContainsOneOf(inner, cased), .. tests.Where(test => test is not Like { Inner: not null })];
    }

    private IEnumerable<Operator> Operators(ConditionValue value, Modifiers modifiers)
    {
        if (modifiers.Kind == ValueKind.Existence)
        {
            return value.Kind == ScalarKind.Flag && bool.TryParse(value.Text, out var expected)
                ? [new Exists(expected != modifiers.Differs)]
                : Refuse(value, "'exists' takes true or false.", "Write 'field|exists: true', without quotes.");
        }

        if (value.Text is not { } text)
        {
            return modifiers.IsEquality && !modifiers.Cased ? [new IsNull()]
                : Refuse(value, "null cannot be combined with a modifier.", "Use 'field: null', or 'field|exists: false'.");
        }

        if (IsMistyped(value, modifiers))
            return Refuse(value, $"'{text}' is {(value.Kind == ScalarKind.Number ? "a number" : "true or false")}, and the modifier needs a text.", $"Put it in quotes: '{text}'.");
        return modifiers.Kind switch
        {
            ValueKind.Regex => Expression(value, text, modifiers),
            ValueKind.Network => InNetwork.TryCreate(text, out var network) ? [network!] : Refuse(value, $"'{text}' is no network.", "Write an address, or one with a prefix, such as 192.0.2.0/24."),
            ValueKind.Number => Number(value, text, modifiers),
            _ => Text(value, text, modifiers),
        };
    }

    // Entries of a list are texts whatever they look like.
    private static bool IsMistyped(ConditionValue value, Modifiers modifiers) => modifiers.NeedsText && value.Kind is ScalarKind.Number or ScalarKind.Flag && !value.IsListed;

    private IEnumerable<Operator> Expression(ConditionValue value, string text, Modifiers modifiers)
    {
        if (!problems.AdmitsExpression(value.Line)) return [];
        var pattern = modifiers.Place switch { TextPlace.Start => $@"\A(?:{text})", TextPlace.End => $@"(?:{text})\z", _ => text };

        // Wrapped, an expression that closes a group too many would pass for a valid one.
        if (!RegexMatch.TryCreate(text, modifiers.RegexOptions, out var regex, out var error) || (modifiers.Place is TextPlace.Start or TextPlace.End && !RegexMatch.TryCreate(pattern, modifiers.RegexOptions, out regex, out error))) return Refuse(value, error!, "Simplify the expression.");
        if (regex!.IsCostly) problems.Warning(value.Line, "The regular expression repeats something a hundred times or more: it costs time for each character of each record.", "Repeat with '*' or '+', or fewer times.");
        return [regex];
    }

    private IEnumerable<Operator> Number(ConditionValue value, string text, Modifiers modifiers)
    {
        if ((value.Kind != ScalarKind.Number && !value.IsListed) || !decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return Refuse(value, $"'{text}' is no number.", decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "Write it without quotes." : "Compare with a number.");
        if (modifiers.Part is not { } part) return [new NumberComparison(modifiers.Order!.Value, number)];
        var (least, greatest) = (TimePartComparison.Least(part), TimePartComparison.Greatest(part));
        return number == decimal.Truncate(number) && number >= least && number <= greatest
            ? [new TimePartComparison(part, modifiers.Order, (int)number)]
            : Refuse(value, $"No {part.ToString().ToLowerInvariant()} is {text}.", $"Give a whole number from {least} to {greatest}.");
    }

    private IEnumerable<Operator> Text(ConditionValue value, string text, Modifiers modifiers)
    {
        if (EncodedText.Of(text, modifiers.Encodings, out var error) is not { } patterns) return Refuse(value, $"'{text}' {error}", "Write the value in another way, or leave out the modifier.");
        if (text.Length == 0 && modifiers.Place != TextPlace.Whole) problems.Warning(value.Line, "An empty text is part of every text: the condition only asks whether the field is there.", "Write 'field|exists: true', or the text that is meant.");
        return modifiers.All && patterns.Count > 1 ? [new AnyOf([.. patterns.Select(Test)])] : patterns.Select(Test);

        Operator Test(WildcardPattern pattern)
        {
            if (modifiers.Place is TextPlace.Anywhere or TextPlace.End) pattern = pattern.AnyBefore();
            if (modifiers.Place is TextPlace.Anywhere or TextPlace.Start) pattern = pattern.AnyAfter();
            return pattern.Literal is { } literal ? new OneOf([literal], modifiers.Cased) : new Like(pattern, modifiers.Cased);
        }
    }

    private IEnumerable<Operator> Refuse(ConditionValue value, string message, string remedy)
    {
        problems.Error(value.Line, message, remedy);
        return [];
    }
}
