using System.Collections.Immutable;
using System.Globalization;
using Detector.Engine.Storms;
using Detector.Rules.Yaml;

namespace Detector.Rules;

/// <summary>Reads the keys of our own YAML sections: an unknown key is an error with the nearest known one.</summary>
internal static class Keys
{
    public static void Check(YamlMap map, string what, Diagnostics problems, params string[] known)
    {
        foreach (var (key, _) in map.Entries)
        {
            if (!known.Contains(key.Text, StringComparer.Ordinal))
                problems.Error(key.Line, $"{what} has no key '{key.Text}'.", Suggestion.For(key.Text, known) ?? $"It has {string.Join(", ", known)}.");
        }
    }

    public static string? RequiredText(YamlMap map, string key, string what, Diagnostics problems)
    {
        if (map[key] is YamlScalar { IsNull: false } scalar) return scalar.Text;
        problems.Error(map[key]?.Line ?? map.Line, $"{what} has no '{key}'.", $"Add '{key}: …'.");
        return null;
    }

    public static int? Integer(YamlNode? node, string key, Diagnostics problems)
    {
        if (node is null) return null;
        if (node is YamlScalar scalar && int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && Math.Abs((long)number) <= 1_000_000) return number;
        problems.Error(node.Line, $"'{key}' is no whole number up to a million.", "Give a number such as 40.");
        return null;
    }

    /// <summary>How many alerts within an hour are a storm.</summary>
    public static int? StormAlerts(YamlNode? node, string key, Diagnostics problems)
    {
        if (Integer(node, key, problems) is not { } number) return null;
        if (number is >= 2 and <= StormLimits.AlertsMax) return number;
        problems.Error(node!.Line, $"'{key}' is not between 2 and {StormLimits.AlertsMax}.", "Say how many alerts within an hour are a storm, such as 200.");
        return null;
    }

    public static bool? Boolean(YamlNode? node, string key, Diagnostics problems)
    {
        if (node is null or YamlScalar { IsNull: true }) return null;
        if (node is YamlScalar { AsBoolean: { } flag }) return flag;
        problems.Error(node.Line, $"'{key}' is neither true nor false.", $"Write '{key}: true', without quotes.");
        return null;
    }

    public static TimeSpan? Span(YamlNode? node, string key, Diagnostics problems)
    {
        if (node is null) return null;
        if (node is YamlScalar scalar && Duration.TryParse(scalar.Text, out var span) && span > TimeSpan.Zero) return span;
        problems.Error(node.Line, $"'{key}' is no length of time.", "Write it as 90s, 15m, 1h or 2d.");
        return null;
    }

    /// <summary>A list of texts; one text alone is a list of it.</summary>
    public static ImmutableArray<string> Texts(YamlMap map, string key, Diagnostics problems) => map[key] switch
    {
        null or YamlScalar { IsNull: true } => [],
        YamlScalar scalar => [scalar.Text],
        YamlList list => [.. list.Items.OfType<YamlScalar>().Select(item => item.Text)],
        var other => Refuse(other, key, problems),
    };

    private static ImmutableArray<string> Refuse(YamlNode node, string key, Diagnostics problems)
    {
        problems.Error(node.Line, $"'{key}' is a map.", "Give a list of texts.");
        return [];
    }
}
