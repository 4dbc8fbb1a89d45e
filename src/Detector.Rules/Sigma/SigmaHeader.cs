using System.Globalization;
using Detector.Rules.Yaml;

namespace Detector.Rules.Sigma;

/// <summary>Checks what is said about a Sigma file, as Sigma's own tools do; <see cref="RuleHeader"/> reads what is used of it.</summary>
internal static class SigmaHeader
{
    /// <summary>Longer titles are refused, as by the specification.</summary>
    public const int TitleCharsMax = 256;

    private static readonly string[] s_statuses = ["stable", "test", "experimental", "deprecated", "unsupported"];

    private static readonly string[] s_relations = ["derived", "obsolete", "merged", "renamed", "similar"];

    /// <summary>Tells what is wrong with the keys that every kind of Sigma file may have.</summary>
    public static void Check(YamlMap map, Diagnostics problems)
    {
        if (map["title"] is YamlScalar { Text.Length: > TitleCharsMax } title) problems.Error(title.Line, $"The title is longer than {TitleCharsMax} characters.", "Say the rest in the description.");
        if (map["name"] is YamlScalar name && string.IsNullOrWhiteSpace(name.Text)) problems.Error(name.Line, "The name is empty.", "Give a name, or leave it out.");
        if (map["status"] is { } status) CheckStatus(status, problems);
        foreach (var key in new[] { "date", "modified" })
        {
            if (map[key] is { } date) CheckDate(date, key, problems);
        }

        foreach (var key in new[] { "author", "license", "taxonomy" }) _ = RuleHeader.Text(map, key, problems);
        foreach (var key in new[] { "references", "fields", "falsepositives", "scope", "tags" })
        {
            if (map[key] is not null and not YamlScalar { IsNull: true }) CheckTexts(map[key]!, key, problems);
        }

        if (map["tags"] is YamlList tags) CheckTags(tags, problems);
        if (map["related"] is { } related) CheckRelated(related, problems);
        if (map["custom_attributes"] is { } custom and not YamlMap) problems.Error(custom.Line, "'custom_attributes' is not a map.", "Write 'custom_attributes: { detector: … }'.");
        else if ((map["custom_attributes"] as YamlMap)?["detector"] is { } own and not YamlMap) problems.Error(own.Line, "'custom_attributes.detector' is not a map.", "Give it keys such as 'tests'.");
    }

    private static void CheckStatus(YamlNode node, Diagnostics problems)
    {
        if (node is YamlScalar { IsNull: true }) return;
        var text = (node as YamlScalar)?.Text ?? "";
        if (!s_statuses.Contains(text, StringComparer.OrdinalIgnoreCase))
            problems.Error(node.Line, $"There is no status '{text}'.", Suggestion.For(text, s_statuses) ?? $"Use one of {string.Join(", ", s_statuses)}.");
    }

    private static void CheckDate(YamlNode node, string key, Diagnostics problems)
    {
        if (node is YamlScalar { IsNull: true }) return;
        var text = (node as YamlScalar)?.Text ?? "";
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) return;

        // As Sigma 1 wrote it; Sigma's tools still take it.
        if (DateOnly.TryParseExact(text, "yyyy/M/d", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) problems.Info(node.Line, $"Sigma 2 writes the {key} as {day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.");
        else problems.Error(node.Line, $"'{key}' is no date.", "Write it as 2026-05-15.");
    }

    private static void CheckTexts(YamlNode node, string key, Diagnostics problems)
    {
        if (node is not YamlList list)
        {
            // What is a map was told where it is read.
            if (node is YamlScalar || key is not ("tags" or "falsepositives")) problems.Error(node.Line, $"'{key}' is not a list.", $"Write '{key}:' and a line '- …' for each.");
            return;
        }

        foreach (var item in list.Items.Where(item => item is not YamlScalar)) problems.Error(item.Line, $"An entry of '{key}' is not a text.", "Put it in quotes.");
    }

    private static void CheckTags(YamlList tags, Diagnostics problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tag in tags.Items.OfType<YamlScalar>())
        {
            if (problems.IsFull) return;
            var dot = tag.Text.IndexOf('.', StringComparison.Ordinal);
            if (dot <= 0 || dot == tag.Text.Length - 1) problems.Warning(tag.Line, $"The tag '{tag.Text}' has no namespace.", "Write it as 'attack.t1078'.");
            else if (tag.Text.Any(letter => !(char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '_' or '-'))) problems.Warning(tag.Line, $"The tag '{tag.Text}' has more than small letters, digits, '_', '-' and '.'.", $"Write '{tag.Text.ToLowerInvariant().Replace(' ', '-')}'.");
            if (!seen.Add(tag.Text)) problems.Warning(tag.Line, $"The tag '{tag.Text}' stands here twice.", "Remove one of them.");
        }
    }

    private static void CheckRelated(YamlNode node, Diagnostics problems)
    {
        if (node is YamlScalar { IsNull: true }) return;
        if (node is not YamlList list)
        {
            problems.Error(node.Line, "'related' is not a list.", "Write '- { id: …, type: derived }' for each.");
            return;
        }

        foreach (var item in list.Items)
        {
            var id = ((item as YamlMap)?["id"] as YamlScalar)?.Text;
            var type = ((item as YamlMap)?["type"] as YamlScalar)?.Text;
            if (id is null || !Guid.TryParse(id, out _)) problems.Error(item.Line, "A related rule has no id, or one that is no UUID.", "Write '- { id: …, type: derived }'.");
            if (type is null || !s_relations.Contains(type, StringComparer.OrdinalIgnoreCase)) problems.Error(item.Line, "A related rule does not say how it is related.", $"Add 'type:' with one of {string.Join(", ", s_relations)}.");
        }
    }
}
