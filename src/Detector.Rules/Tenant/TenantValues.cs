using System.Globalization;
using Detector.Engine.Entra;
using Detector.Rules.Yaml;

namespace Detector.Rules.Tenant;

/// <summary>Reads single values of tenant.yaml; null, with the problem, for what cannot be used.</summary>
internal static class TenantValues
{
    /// <summary>The greatest allowed lateness: alerts and windows stay in memory that long.</summary>
    public static readonly TimeSpan LatenessMax = TimeSpan.FromDays(7);

    private static readonly string[] s_clockFormats = ["HH:mm", "H:mm", "HH:mm:ss"];

    /// <summary>A zone that this machine knows.</summary>
    public static TimeZoneInfo? Zone(YamlNode node, Diagnostics problems)
    {
        var id = (node as YamlScalar)?.Text ?? "";
        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)) return zone;
        var known = TimeZoneInfo.GetSystemTimeZones();
        problems.Error(
            node.Line,
            $"There is no time zone '{id}' on this machine.",
            known.Count <= 1 ? "The machine has no time zone data: install tzdata." : Suggestion.For(id, known.Select(z => z.Id)) ?? "Give an IANA name such as Europe/Amsterdam.");
        return null;
    }

    /// <summary>A time of day; the end of the day may be written 24:00.</summary>
    public static TimeOnly? Clock(YamlNode node, bool isEnd, Diagnostics problems)
    {
        var text = (node as YamlScalar)?.Text;
        if (isEnd && text is "24:00") return TimeOnly.MinValue;
        if (TimeOnly.TryParseExact(text, s_clockFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        problems.Error(node.Line, $"'{text}' is no time of day.", "Write it in quotes, as '08:00'.");
        return null;
    }

    /// <summary>A date.</summary>
    public static DateOnly? Date(YamlNode node, Diagnostics problems)
    {
        var text = (node as YamlScalar)?.Text;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
        problems.Error(node.Line, text is null ? "A date is missing." : $"'{text}' is no date.", "Write it as 2026-05-15.");
        return null;
    }

    /// <summary>Days of the week; an empty list is none.</summary>
    public static IReadOnlySet<DayOfWeek>? Days(YamlNode node, Diagnostics problems)
    {
        var days = new HashSet<DayOfWeek>();
        foreach (var item in (node as YamlList)?.Items ?? [node])
        {
            var text = (item as YamlScalar)?.Text ?? "";
            var found = Enum.GetValues<DayOfWeek>().Where(day => text.Length >= 3 && day.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase)).ToList();
            if (found.Count != 1) problems.Error(item.Line, $"'{text}' is no day of the week.", "Use mon, tue, wed, thu, fri, sat, sun.");
            else if (!days.Add(found[0])) problems.Warning(item.Line, $"'{text}' is listed twice in 'weekend'.", "Keep one of them.");
        }

        return days;
    }

    /// <summary>Which classification of roles.</summary>
    public static TierProfile? Profile(YamlNode node, Diagnostics problems)
    {
        // By name alone: the enum's own parser would take any number.
        var text = (node as YamlScalar)?.Text;
        foreach (var profile in Enum.GetValues<TierProfile>())
        {
            if (string.Equals(text, profile.ToString(), StringComparison.OrdinalIgnoreCase)) return profile;
        }

        problems.Error(node.Line, $"There is no tier profile '{text}'.", "Use 'article' or 'strict'.");
        return null;
    }

    /// <summary>Ids or names to tiers.</summary>
    public static IReadOnlyDictionary<string, int>? TierMap(YamlNode node, Action<string, int, Diagnostics> check, Diagnostics problems)
    {
        var tiers = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        if (node is YamlScalar { IsNull: true }) return tiers;
        if (node is not YamlMap map)
        {
            problems.Error(node.Line, "Tiers are not a map.", "Write 'Name: 0', one a line.");
            return null;
        }

        foreach (var (key, value) in map.Entries)
        {
            var name = key.Text.Trim();
            check(name, key.Line, problems);
            if (value is not YamlScalar { Text: "0" or "1" or "2" } tier) problems.Error(value.Line, $"The tier of '{name}' is not 0, 1 or 2.", "Give one of these; 0 is the most privileged.");
            else if (!tiers.TryAdd(name, tier.Text[0] - '0')) problems.Error(key.Line, $"'{name}' has a tier already.", "Keep one of them.");
        }

        return tiers;
    }

    /// <summary>How late a record may come.</summary>
    public static TimeSpan? Lateness(YamlNode node, Diagnostics problems)
    {
        if (Keys.Span(node, "lateness", problems) is not { } span) return null;
        if (span <= LatenessMax) return span;
        problems.Error(node.Line, $"The lateness is over {LatenessMax.Days} days.", "Alerts stay open that long; give less.");
        return null;
    }
}
