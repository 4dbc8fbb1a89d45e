using System.Collections.Frozen;

namespace Detector.Engine.Logs;

/// <summary>Names of the canonical fields, and which of them are derived by enrichment rather than read.</summary>
public static class CanonicalFields
{
    private static readonly string[] s_names = MakeNames();

    private static readonly FrozenDictionary<string, CanonicalField> s_byName =
        Enum.GetValues<CanonicalField>().ToFrozenDictionary(f => s_names[(int)f], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<CanonicalField> s_derived = new[]
    {
        CanonicalField.RoleTier, CanonicalField.RolePrivileged,
        CanonicalField.TimeHour, CanonicalField.TimeDayOfWeek, CanonicalField.TimeOffHours, CanonicalField.TimeWeekend,
        CanonicalField.TimeHoliday, CanonicalField.TimeWorking,
        CanonicalField.AccountBreakGlass, CanonicalField.AccountTier, CanonicalField.AccountService,
        CanonicalField.DevicePaw,
    }.ToFrozenSet();

    /// <summary>How many there are; their slots are 0 to Count - 1.</summary>
    public static int Count => s_names.Length;

    /// <summary>All names, in slot order.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>The name a rule writes: <c>Actor.Upn</c>.</summary>
    public static string Name(CanonicalField field) => s_names[(int)field];

    /// <summary>Finds a field by its name, case-insensitively.</summary>
    public static bool TryParse(string name, out CanonicalField field) => s_byName.TryGetValue(name, out field);

    /// <summary>Whether enrichment computes it; a log never carries it.</summary>
    public static bool IsDerived(CanonicalField field) => s_derived.Contains(field);

    // The enum's names are the dotted names without the dots; the groups below say where the dot stands.
    private static string[] MakeNames()
    {
        string[] groups = ["Actor", "Target", "Role", "Request", "Ticket", "Activation", "User", "App", "Location", "Device", "Auth", "Risk", "Time", "Account"];
        return [.. Enum.GetNames<CanonicalField>().Select(name =>
        {
            var group = Array.Find(groups, g => name.Length > g.Length && name.StartsWith(g, StringComparison.Ordinal) && char.IsUpper(name[g.Length]));
            return group is null ? name : $"{group}.{name[group.Length..]}";
        })];
    }
}
