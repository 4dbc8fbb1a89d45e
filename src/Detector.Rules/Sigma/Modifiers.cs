using System.Text.RegularExpressions;
using Detector.Engine.Rules;
using Detector.Engine.Rules.Operators;

namespace Detector.Rules.Sigma;

/// <summary>What a condition compares a field with.</summary>
internal enum ValueKind
{
    /// <summary>A text with wildcards; a number, true, false or null where no modifier asks for text.</summary>
    Plain,

    /// <summary>A regular expression (<c>re</c>).</summary>
    Regex,

    /// <summary>A network (<c>cidr</c>).</summary>
    Network,

    /// <summary>Whether the field is there (<c>exists</c>).</summary>
    Existence,

    /// <summary>A number (<c>gt gte lt lte</c> and the parts of a time).</summary>
    Number,

    /// <summary>Another field (<c>fieldref</c>).</summary>
    Field,
}

/// <summary>What is done to a text before it is compared.</summary>
internal enum TextEncoding
{
    Windash,
    Utf16Le,
    Utf16Be,
    Utf16,
    Base64,
    Base64Offset,
}

/// <summary>The modifiers of one field name, checked against one another.</summary>
internal sealed record Modifiers
{
    /// <summary>All that Sigma 2.1 has; <c>i</c>, <c>m</c> and <c>s</c> follow <c>re</c>.</summary>
    public static readonly IReadOnlyList<string> Known =
    [
        "contains", "startswith", "endswith", "all", "exists", "cased", "neq", "re", "i", "m", "s", "cidr", "gt", "gte", "lt", "lte", "expand", "fieldref",
        "windash", "base64", "base64offset", "utf16le", "utf16be", "utf16", "wide", "minute", "hour", "day", "week", "month", "year",
    ];

    /// <summary>More modifiers than Sigma has a use for are refused: Base64 upon Base64 grows without end.</summary>
    public const int WordsMax = 8;

    public ValueKind Kind { get; init; }

    /// <summary>Where in the field the value must stand.</summary>
    public TextPlace Place { get; init; }

    public bool All { get; init; }

    public bool Cased { get; init; }

    /// <summary>The field is there and differs (<c>neq</c>).</summary>
    public bool Differs { get; init; }

    public bool Expand { get; init; }

    public NumberOrder? Order { get; init; }

    public TimePart? Part { get; init; }

    public RegexOptions RegexOptions { get; init; }

    /// <summary>In the order in which they are applied.</summary>
    public IReadOnlyList<TextEncoding> Encodings { get; init; } = [];

    /// <summary>Equality: nothing changes what is compared.</summary>
    public bool IsEquality => Kind == ValueKind.Plain && Place == TextPlace.Whole && Encodings.Count == 0;

    /// <summary>Whether values must be texts: numbers, true, false and null are not.</summary>
    public bool NeedsText => Kind is ValueKind.Network or ValueKind.Field || (Kind == ValueKind.Plain && (!IsEquality || Cased));

    /// <summary>Reads the words after the field; a wrong one, or a wrong pair, is told.</summary>
    public static bool TryParse(IReadOnlyList<string> words, int line, Diagnostics problems, out Modifiers modifiers)
    {
        modifiers = new Modifiers();
        if (words.Count > WordsMax)
        {
            problems.Error(line, $"The field has more than {WordsMax} modifiers.", "Leave some out.");
            return false;
        }

        for (var i = 0; i < words.Count; i++)
        {
            if (modifiers.Refusal(words, i) is { } refusal)
            {
                problems.Error(line, refusal.Message, refusal.Remedy);
                return false;
            }

            modifiers = modifiers.With(words[i]);
        }

        if (modifiers.Encodings.Contains(TextEncoding.Base64Offset) && modifiers.Place != TextPlace.Anywhere)
        {
            problems.Error(line, "'base64offset' gives the middle of an encoded text, which no whole field equals.", "Write 'base64offset|contains'.");
            return false;
        }

        return true;
    }

    // Why a word cannot follow those before it; null when it can.
    private (string Message, string Remedy)? Refusal(IReadOnlyList<string> words, int at)
    {
        var word = words[at];
        if (!Known.Contains(word, StringComparer.Ordinal)) return ($"There is no modifier '{word}'.", Suggestion.For(word, Known) ?? $"Use one of {string.Join(", ", Known)}.");
        if (word is not "base64" && words.Take(at).Contains(word, StringComparer.Ordinal)) return ($"The modifier '{word}' stands twice.", "Write it once.");
        return word switch
        {
            "i" or "m" or "s" when Kind != ValueKind.Regex => ($"The modifier '{word}' follows 're' only.", $"Write 're|{word}'."),
            "re" or "cidr" or "exists" when at > 0 => (IsTyped ? Excluded(words, at) : ($"The modifier '{word}' takes the value as it stands, and must come first.", $"Write '{word}|{string.Join('|', words.Take(at))}', or leave one out.")),
            "fieldref" when IsTyped || Encodings.Count > 0 => Excluded(words, at),
            "fieldref" when Place != TextPlace.Whole || Cased || Expand => ($"'{words[at - 1]}' before 'fieldref' would change the name of the field.", $"Write 'fieldref|{words[at - 1]}', or leave one out."),
            "gt" or "gte" or "lt" or "lte" when Order is null && Part is not null => null,
            "gt" or "gte" or "lt" or "lte" or "minute" or "hour" or "day" or "week" or "month" or "year" when Kind == ValueKind.Number && Part is null =>
                ($"The modifiers '{string.Join('|', words.Take(at + 1))}' stand in the wrong order, or exclude one another.", "Take the part of a time first and compare then, as in 'hour|gte'."),
            "gt" or "gte" or "lt" or "lte" or "minute" or "hour" or "day" or "week" or "month" or "year" when IsTyped || IsTextual => Excluded(words, at),
            "contains" or "startswith" or "endswith" when Place != TextPlace.Whole || Kind is not (ValueKind.Plain or ValueKind.Regex or ValueKind.Field) => Excluded(words, at),
            "cased" when Kind == ValueKind.Regex => ("Regular expressions tell capitals from small letters already.", "Leave out 'cased'; 're|i' is for the opposite."),
            "cased" when Kind is not (ValueKind.Plain or ValueKind.Field) => Excluded(words, at),
            "base64" or "base64offset" when Place != TextPlace.Whole => ($"'{word}' would encode the wildcards of '{words[at - 1]}' with the text.", $"Write '{word}|{words[at - 1]}'."),
            "windash" or "base64" or "base64offset" or "utf16le" or "utf16be" or "utf16" or "wide" when IsTyped => Excluded(words, at),
            "expand" when Kind is ValueKind.Existence or ValueKind.Field => Excluded(words, at),
            _ => null,
        };
    }

    private bool IsTyped => Kind != ValueKind.Plain;

    private bool IsTextual => Place != TextPlace.Whole || Cased || Encodings.Count > 0;

    private static (string, string) Excluded(IReadOnlyList<string> words, int at) =>
        ($"The modifiers '{string.Join('|', words.Take(at + 1))}' exclude one another.", "Keep one way of comparing.");

    private Modifiers With(string word) => word switch
    {
        "contains" => this with { Place = TextPlace.Anywhere },
        "startswith" => this with { Place = TextPlace.Start },
        "endswith" => this with { Place = TextPlace.End },
        "all" => this with { All = true },
        "cased" => this with { Cased = true },
        "neq" => this with { Differs = true },
        "expand" => this with { Expand = true },
        "exists" => this with { Kind = ValueKind.Existence },
        "cidr" => this with { Kind = ValueKind.Network },
        "fieldref" => this with { Kind = ValueKind.Field },
        "re" => this with { Kind = ValueKind.Regex },
        "i" => this with { RegexOptions = RegexOptions | RegexOptions.IgnoreCase },
        "m" => this with { RegexOptions = RegexOptions | RegexOptions.Multiline },
        "s" => this with { RegexOptions = RegexOptions | RegexOptions.Singleline },
        "gt" => Comparing(NumberOrder.Gt),
        "gte" => Comparing(NumberOrder.Gte),
        "lt" => Comparing(NumberOrder.Lt),
        "lte" => Comparing(NumberOrder.Lte),
        "minute" => Of(TimePart.Minute),
        "hour" => Of(TimePart.Hour),
        "day" => Of(TimePart.Day),
        "week" => Of(TimePart.Week),
        "month" => Of(TimePart.Month),
        "year" => Of(TimePart.Year),
        "windash" => Encoding(TextEncoding.Windash),
        "base64" => Encoding(TextEncoding.Base64),
        "base64offset" => Encoding(TextEncoding.Base64Offset),
        "utf16be" => Encoding(TextEncoding.Utf16Be),
        "utf16" => Encoding(TextEncoding.Utf16),
        _ => Encoding(TextEncoding.Utf16Le),
    };

    private Modifiers Comparing(NumberOrder order) => this with { Kind = ValueKind.Number, Order = order };

    private Modifiers Of(TimePart part) => this with { Kind = ValueKind.Number, Part = part };

    private Modifiers Encoding(TextEncoding encoding) => this with { Encodings = [.. Encodings, encoding] };
}
