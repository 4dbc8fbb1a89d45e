using System.Text.RegularExpressions;
using Detector.Engine.Rules.Operators;

namespace Detector.Rules.Sigma;

/// <summary>The modifiers of one field name, checked against one another.</summary>
internal sealed record Modifiers
{
    /// <summary>All that are known; <c>i</c>, <c>m</c> and <c>s</c> follow <c>re</c>.</summary>
    public static readonly IReadOnlyList<string> Known = ["contains", "startswith", "endswith", "all", "exists", "cased", "re", "i", "m", "s", "cidr", "gt", "gte", "lt", "lte", "expand"];

    public bool Contains { get; init; }

    public bool StartsWith { get; init; }

    public bool EndsWith { get; init; }

    public bool All { get; init; }

    public bool Exists { get; init; }

    public bool Cased { get; init; }

    public bool Regex { get; init; }

    public bool Cidr { get; init; }

    public bool Expand { get; init; }

    public NumberOrder? Comparison { get; init; }

    public RegexOptions RegexOptions { get; init; }

    /// <summary>Equality: no modifier that changes what is compared.</summary>
    public bool IsPlain => !(Contains || StartsWith || EndsWith || Exists || Regex || Cidr) && Comparison is null;

    public static bool TryParse(IReadOnlyList<string> words, int line, Diagnostics problems, IReadOnlyCollection<string> later, out Modifiers modifiers)
    {
        modifiers = new Modifiers();
        foreach (var word in words)
        {
            if (modifiers.With(word) is { } next)
            {
                modifiers = next;
                continue;
            }

            if (later.Contains(word)) problems.Error(line, $"The modifier '{word}' is not supported yet.", "Rewrite the condition without it.");
            else if (word is "i" or "m" or "s") problems.Error(line, $"The modifier '{word}' follows 're' only.", $"Write 're|{word}'.");
            else problems.Error(line, $"There is no modifier '{word}'.", Suggestion.For(word, Known) ?? $"Use one of {string.Join(", ", Known)}.");
            return false;
        }

        var kinds = new[] { modifiers.Contains, modifiers.StartsWith, modifiers.EndsWith, modifiers.Exists, modifiers.Regex, modifiers.Cidr, modifiers.Comparison is not null };
        if (kinds.Count(used => used) <= 1) return true;
        problems.Error(line, $"The modifiers '{string.Join('|', words)}' exclude one another.", "Keep one way of comparing.");
        return false;
    }

    private Modifiers? With(string word) => word switch
    {
        "contains" => this with { Contains = true },
        "startswith" => this with { StartsWith = true },
        "endswith" => this with { EndsWith = true },
        "all" => this with { All = true },
        "exists" => this with { Exists = true },
        "cased" => this with { Cased = true },
        "re" => this with { Regex = true },
        "i" when Regex => this with { RegexOptions = RegexOptions | RegexOptions.IgnoreCase },
        "m" when Regex => this with { RegexOptions = RegexOptions | RegexOptions.Multiline },
        "s" when Regex => this with { RegexOptions = RegexOptions | RegexOptions.Singleline },
        "cidr" => this with { Cidr = true },
        "expand" => this with { Expand = true },
        "gt" => this with { Comparison = NumberOrder.Gt },
        "gte" => this with { Comparison = NumberOrder.Gte },
        "lt" => this with { Comparison = NumberOrder.Lt },
        "lte" => this with { Comparison = NumberOrder.Lte },
        _ => null,
    };
}
