using Detector.Engine.Entra;
using Detector.Rules.Yaml;

namespace Detector.Rules.Tenant;

/// <summary>Lists of accounts, devices and apps: an entry is an id, a name, or a map with both.</summary>
internal static class IdentityLists
{
    private static readonly string[] s_identityKeys = ["id", "upn", "name"];

    /// <summary>The ids and names, each once.</summary>
    public static HashSet<string> Read(YamlNode node, string key, Action<string, int, Diagnostics> check, Diagnostics problems)
    {
        var found = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (node is YamlScalar { IsNull: true }) return found;
        if (node is not YamlList list)
        {
            problems.Error(node.Line, $"'{key}' is not a list.", $"Write '{key}: []' for none, or give each entry a line of its own, after '- '.");
            return found;
        }

        foreach (var text in list.Items.SelectMany(item => TextsOf(item, key, problems)))
        {
            var trimmed = text.Text.Trim();
            check(trimmed, text.Line, problems);
            if (!found.Add(trimmed)) problems.Warning(text.Line, $"'{trimmed}' is listed twice in '{key}'.", "Keep one of them.");
        }

        return found;
    }

    /// <summary>Any text will do.</summary>
    public static void Any(string text, int line, Diagnostics problems)
    {
    }

    /// <summary>Records name accounts by object id and by user principal name; what is neither never matches.</summary>
    public static void Account(string text, int line, Diagnostics problems)
    {
        if (!Guid.TryParse(text, out _) && !text.Contains('@', StringComparison.Ordinal))
            problems.Warning(line, $"'{text}' is neither an object id nor a user principal name, so no record will match it.", "Give the id, and the whole name with its domain.");
    }

    /// <summary>Apps are known by their ids: anybody may name an app MS-PIM.</summary>
    public static void AppId(string text, int line, Diagnostics problems)
    {
        if (!Guid.TryParse(text, out _)) problems.Error(line, $"'{text}' is no application id.", "Give the id, such as 01fc33a7-78ba-4d2f-a4b7-768e336e890e.");
    }

    /// <summary>Custom roles are as good as any, but a built-in one may be mistyped.</summary>
    public static void Role(string text, int line, Diagnostics problems)
    {
        var names = EntraRoles.All.Select(role => role.Name);
        if (Guid.TryParse(text, out _) || names.Contains(text, StringComparer.OrdinalIgnoreCase)) return;
        if (Suggestion.For(text, names) is { } nearest)
            problems.Warning(line, $"'{text}' is no built-in role of Entra.", $"{nearest} For a custom or Azure role of that name nothing is wrong.");
    }

    private static List<YamlScalar> TextsOf(YamlNode item, string key, Diagnostics problems)
    {
        if (item is YamlMap map)
        {
            Keys.Check(map, "An entry", problems, "id", "upn", "name", "reason", "owner");
            var given = s_identityKeys.Select(name => map[name]).OfType<YamlScalar>().Where(HasText).ToList();
            if (given.Count == 0) problems.Error(map.Line, $"An entry of '{key}' has neither id nor name.", "Write '{ id: …, upn: … }'.");
            return given;
        }

        if (item is YamlScalar scalar && HasText(scalar)) return [scalar];
        problems.Error(item.Line, $"An entry of '{key}' is empty or a list.", "Give an object id or a name.");
        return [];
    }

    private static bool HasText(YamlScalar scalar) => !scalar.IsNull && !string.IsNullOrWhiteSpace(scalar.Text);
}
