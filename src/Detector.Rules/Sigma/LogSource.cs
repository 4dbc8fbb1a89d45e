using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Engine.Rules.Operators;
using Detector.Rules.Yaml;

namespace Detector.Rules.Sigma;

/// <summary>The <c>logsource</c> of a Sigma file.</summary>
internal sealed record LogSource(string? Category, string? Product, string? Service, YamlMap Map)
{
    private static readonly string[] s_keys = ["category", "product", "service", "definition"];

    /// <summary>Reads it; null when there is none, which is told.</summary>
    public static LogSource? Read(YamlMap map, Diagnostics problems)
    {
        if (map["logsource"] is not YamlMap source)
        {
            problems.Error(map["logsource"]?.Line ?? map.Line, "The rule has no 'logsource'.", "Add 'logsource: {product: azure, service: auditlogs}'.");
            return null;
        }

        foreach (var (key, _) in source.Entries.Where(entry => !s_keys.Contains(entry.Key.Text, StringComparer.Ordinal)))
        {
            // Sigma allows further keys for people; one that is nearly a known one leaves the rule with every record.
            if (Suggestion.For(key.Text, s_keys) is { } meant) problems.Error(key.Line, $"'logsource' has no key '{key.Text}'.", meant);
            else problems.Warning(key.Line, $"'logsource' has no key '{key.Text}': it is not looked at.", $"It has {string.Join(", ", s_keys)}.");
        }

        var read = new LogSource(Text(source, "category", problems), Text(source, "product", problems), Text(source, "service", problems), source);
        _ = Text(source, "definition", problems);
        if (read.Category is null && read.Product is null && read.Service is null)
            problems.Error(source.Line, "The log source is empty.", "Write 'logsource: {product: azure, service: auditlogs}'.");
        return read;
    }

    /// <summary>Whether a rule of the other log source is one of this: what this names is the same there.</summary>
    public bool Covers(LogSource other) => Same(Category, other.Category) && Same(Product, other.Product) && Same(Service, other.Service);

    /// <summary>The records of this source; null for all. Says so when none is read here.</summary>
    public Predicate? Compile(LoadContext context, Diagnostics problems)
    {
        if (Product is not null && !string.Equals(Product, "azure", StringComparison.OrdinalIgnoreCase))
        {
            problems.Warning(Map.Line, $"The product '{Product}' writes none of the records that are read here: the rule matches nothing.", "Use product azure.");
            return new ConstantPredicate(false);
        }

        if (Service is null)
        {
            if (Product is null && Category is not null) problems.Warning(Map.Line, "The log source names neither product nor service: the rule looks at every record.", "Use product azure and service auditlogs or signinlogs.");
            return null;
        }

        if (!LogSources.TryGet(Service, out var categories))
        {
            problems.Warning(Map["service"]!.Line, $"The service '{Service}' is not known: the rule looks at every record.", Suggestion.For(Service, LogSources.Services) ?? $"Known are {string.Join(", ", LogSources.Services)}.");
            return null;
        }

        var isOneOf = new FieldPredicate("Category", context.Schema.Ask(CanonicalField.Category), [new OneOf(categories.Length == 0 ? LogSources.Entra : categories, cased: false)]);
        return categories.Length == 0 ? new NotPredicate(isOneOf) : isOneOf;
    }

    private static bool Same(string? own, string? other) => own is null || string.Equals(own, other, StringComparison.OrdinalIgnoreCase);

    private static string? Text(YamlMap source, string key, Diagnostics problems)
    {
        var text = RuleHeader.Text(source, key, problems);
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }
}
