using Detector.Engine.Enrichment;
using Detector.Rules.Yaml;

namespace Detector.Rules.Tenant;

/// <summary>The values below <c>holidays</c>.</summary>
internal static class HolidayValues
{
    // A year in which every day of every set occurs: Liberation Day has its lustrum.
    private const int YearOfAllNames = 2025;

    /// <summary>A computed set by name; null for none.</summary>
    public static Func<int, IEnumerable<(DateOnly Date, string Name)>>? Set(YamlNode node, Diagnostics problems)
    {
        var text = (node as YamlScalar)?.Text;
        switch (text)
        {
            case "nl": return DutchHolidays.Of;
            case "nl-employers": return DutchHolidays.OfEmployers;
            case "none": return null;
            default:
                problems.Error(node.Line, $"There is no set of holidays '{text}'.", "Use 'nl', 'nl-employers' or 'none', and list other days under 'add'.");

                // Not none: what is removed from it is checked all the same.
                return DutchHolidays.Of;
        }
    }

    /// <summary>The tenant's own days.</summary>
    public static List<(DateOnly Date, string Name)> Added(YamlNode node, Diagnostics problems)
    {
        var added = new List<(DateOnly Date, string Name)>();
        foreach (var item in Items(node, "holidays.add", problems))
        {
            if (item is not YamlMap day)
            {
                problems.Error(item.Line, "A holiday is not a map.", "Write '{date: 2026-05-15, name: …}'.");
                continue;
            }

            Keys.Check(day, "A holiday", problems, "date", "name");
            if (TenantValues.Date(day["date"] ?? day, problems) is not { } date) continue;
            if (added.Exists(known => known.Date == date)) problems.Warning(day.Line, $"The holiday {date:yyyy-MM-dd} is added twice.", "Keep one of them.");
            else added.Add((date, (day["name"] as YamlScalar)?.Text ?? "Holiday"));
        }

        return added;
    }

    /// <summary>Days of the set that are worked: dates (<see cref="DateOnly"/>), or names (<see cref="string"/>) for every year.</summary>
    public static List<object> Removed(YamlNode node, Func<int, IEnumerable<(DateOnly Date, string Name)>>? set, Diagnostics problems)
    {
        string[] names = [.. set?.Invoke(YearOfAllNames).Select(day => day.Name) ?? []];
        var removed = new List<object>();
        foreach (var item in Items(node, "holidays.remove", problems))
        {
            if (item is YamlScalar { Text: [not (>= '0' and <= '9'), ..] } name)
            {
                if (names.Contains(name.Text, StringComparer.OrdinalIgnoreCase)) removed.Add(name.Text);
                else problems.Error(name.Line, $"The set of holidays has no '{name.Text}' to remove.", Suggestion.For(name.Text, names) ?? "Give a date, or the name of a day of the set.");
            }
            else if (TenantValues.Date(item, problems) is { } date)
            {
                removed.Add(date);
            }
        }

        return removed;
    }

    private static IReadOnlyList<YamlNode> Items(YamlNode node, string key, Diagnostics problems)
    {
        if (node is YamlList list) return list.Items;
        if (node is not YamlScalar { IsNull: true }) problems.Error(node.Line, $"'{key}' is not a list.", "Give each entry a line of its own, after '- '.");
        return [];
    }
}
