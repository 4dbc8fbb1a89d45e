using System.Text.RegularExpressions;

namespace Detector.Deploy.Tests;

/// <summary>What a PromQL query asks for, as far as it is held against the worker. Whether it is PromQL at all is promtool's matter.</summary>
/// <param name="Selectors">Series with the labels that they are chosen by; a value is null where it is a pattern.</param>
/// <param name="Kept">The labels that aggregations keep; null where there is no aggregation.</param>
/// <param name="Bare">Series that are chosen by no label.</param>
internal sealed partial record Query(IReadOnlyList<(string Series, IReadOnlyList<(string Label, string? Value)> Labels)> Selectors, IReadOnlyList<string>? Kept, IReadOnlyList<string> Bare)
{
    // Prometheus adds these two.
    private static readonly string[] s_ofTarget = ["job", "instance"];

    /// <summary>Takes a query apart.</summary>
    public static Query Of(string text)
    {
        var selectors = new List<(string, IReadOnlyList<(string, string?)>)>();
        foreach (Match selector in Selector().Matches(text))
            selectors.Add((selector.Groups["series"].Value, [.. Matcher().Matches(selector.Groups["labels"].Value).Select(matcher => (matcher.Groups["label"].Value, matcher.Groups["operator"].Value == "=" ? matcher.Groups["value"].Value : null))]));
        var groupings = Grouping().Matches(text).SelectMany(grouping => grouping.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries)).ToList();
        var rest = Grouping().Replace(Selector().Replace(text, " "), " ");
        return new Query(selectors, Aggregation().IsMatch(text) ? groupings : null, [.. Series().Matches(rest).Select(series => series.Value)]);
    }

    /// <summary>What the worker does not show, and labels of texts that the query does not leave; each as a sentence.</summary>
    /// <param name="known">The series that there are.</param>
    /// <param name="shown">The labels that they have, with their values.</param>
    /// <param name="used">Labels that a legend or a text is made with.</param>
    public IEnumerable<string> Problems(IReadOnlySet<string> known, IReadOnlyDictionary<string, Dictionary<string, HashSet<string>>> shown, IEnumerable<string> used)
    {
        foreach (var bare in Bare) yield return $"{bare} is asked for of every job";
        var all = new HashSet<string>(s_ofTarget, StringComparer.Ordinal);
        foreach (var (series, chosen) in Selectors.Where(selector => selector.Series != "up"))
        {
            if (!known.Contains(series)) yield return $"{series} is shown by no worker";
            var labels = shown.GetValueOrDefault(series) ?? [];
            all.UnionWith(labels.Keys);
            foreach (var (label, value) in chosen.Where(matcher => !s_ofTarget.Contains(matcher.Label)))
            {
                if (!labels.TryGetValue(label, out var values)) yield return $"{series} has no label {label}";
                else if (value is not null && !values.Contains(value)) yield return $"{label} of {series} is never '{value}'";
            }
        }

        foreach (var label in (Kept ?? []).Where(label => !all.Contains(label))) yield return $"{label} is no label of what is asked for";
        foreach (var label in used.Where(label => !(Kept?.Contains(label) ?? all.Contains(label)))) yield return $"{label} is not left by the query";
    }

    [GeneratedRegex(@"(?<series>[a-z_]+)\{(?<labels>[^}]*)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Selector();

    [GeneratedRegex("(?<label>[a-z_]+)(?<operator>=~|!~|!=|=)\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b(by|on) \((?<labels>[a-z_, ]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\b(sum|max|min|count)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Aggregation();

    [GeneratedRegex("detector_[a-z_]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Series();
}
