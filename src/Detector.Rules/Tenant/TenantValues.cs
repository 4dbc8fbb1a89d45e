using System.Collections.Immutable;
using System.Globalization;
using Detector.Engine.Enrichment;
using Detector.Engine.Entra;

namespace Detector.Rules.Tenant;

/// <summary>Reads single values; null, after a finding, for what cannot be used.</summary>
internal sealed class TenantValues(FindingList findings)
{
    /// <summary>The greatest allowed lateness: alerts stay open that long, and take memory.</summary>
    public static readonly TimeSpan LatenessMax = TimeSpan.FromDays(7);

    private static readonly string[] s_profiles = ["article", "strict"];
    private static readonly string[] s_dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    private static readonly string[] s_accountKeys = ["id", "upn", "name", "owner", "reason"];
    private static readonly string[] s_identityKeys = ["id", "upn", "name"];
    private static readonly string[] s_dateFormats = ["yyyy-MM-dd"];
    private static readonly string[] s_timeFormats = ["HH:mm", "H:mm", "HH:mm:ss"];

    /// <summary>The text of a key; spaces around it do not count.</summary>
    public string? Text(TenantEntry entry)
    {
        if (entry.Value is TenantScalar scalar && !string.IsNullOrWhiteSpace(scalar.Text)) return scalar.Text.Trim();
        findings.Error(entry.Line, $"'{entry.Key}' has no {(entry.Value is TenantScalar ? "value" : "single value")}.", "Give it one, or remove the key to keep the default.");
        return null;
    }

    /// <summary>The entries of a map; none, after a finding, for anything else.</summary>
    public IReadOnlyList<TenantEntry> Map(TenantEntry entry, string example)
    {
        if (entry.Value is TenantMap map) return map.Entries;
        findings.Error(entry.Line, $"'{entry.Key}' has no keys of its own.", $"Write '{entry.Key}: {example}', or remove the key to keep the default.");
        return [];
    }

    /// <summary>The items of a list; none, after a finding, for anything else.</summary>
    public IReadOnlyList<TenantNode> List(TenantEntry entry) => ListOrNull(entry) ?? [];

    /// <summary>The items of a list of texts, trimmed; what is no text is left out with a finding.</summary>
    public IReadOnlyList<TenantScalar> Texts(TenantEntry entry)
    {
        var texts = new List<TenantScalar>();
        foreach (var item in List(entry))
        {
            if (item is TenantScalar scalar && !string.IsNullOrWhiteSpace(scalar.Text)) texts.Add(scalar with { Text = scalar.Text.Trim() });
            else findings.Error(item.Line, $"An item of '{entry.Key}' is not a single value.", "Write one value an item.");
        }

        return texts;
    }

    /// <summary>A zone that this machine knows.</summary>
    public TimeZoneInfo? Zone(TenantEntry entry)
    {
        if (Text(entry) is not { } text) return null;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone)) return zone;
        var known = TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).ToList();
        var nearest = NearestName.Of(text, known);
        findings.Error(
            entry.Line,
            $"The time zone '{Shown.Of(text)}' is not known.",
            nearest is not null ? $"Did you mean '{nearest}'?" :
            known.Count <= 1 ? "This machine has no time zone data: install the package tzdata." : "Give an IANA name such as Europe/Amsterdam.");
        return null;
    }

    /// <summary>A time of day; the end of the day may be written 24:00.</summary>
    public TimeOnly? Time(TenantEntry entry, bool isEnd)
    {
        if (Text(entry) is not { } text) return null;
        if (isEnd && text is "24:00") return TimeOnly.MinValue;
        if (TimeOnly.TryParseExact(text, s_timeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        findings.Error(entry.Line, $"'{Shown.Of(text)}' is not a time of day.", "Write hours and minutes in quotes: '08:00'.");
        return null;
    }

    /// <summary>A date.</summary>
    public DateOnly? Date(TenantEntry entry)
    {
        if (Text(entry) is not { } text) return null;
        if (DateOnly.TryParseExact(text, s_dateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
        findings.Error(entry.Line, $"'{Shown.Of(text)}' is not a date.", "Write year, month and day: 2026-12-31.");
        return null;
    }

    /// <summary>Days without work; an empty list is none.</summary>
    public ImmutableHashSet<DayOfWeek>? Weekend(TenantEntry entry)
    {
        if (ListOrNull(entry) is null) return null;
        var days = ImmutableHashSet.CreateBuilder<DayOfWeek>();
        foreach (var item in Texts(entry))
        {
            if (DayOf(item.Text) is not { } day) findings.Error(item.Line, $"'{Shown.Of(item.Text)}' is not a day.", $"The days are {string.Join(", ", s_dayNames)}.");
            else if (!days.Add(day)) findings.Warning(item.Line, $"'{Shown.Of(item.Text)}' is listed twice.", "Keep one of them.");
        }

        return days.ToImmutable();
    }

    /// <summary>Object ids and names of accounts, each a text or <c>{id, upn}</c>.</summary>
    public IReadOnlyList<string>? Accounts(TenantEntry entry) => Identities(entry, CheckAccount);

    /// <summary>Ids and names of devices.</summary>
    public IReadOnlyList<string>? Devices(TenantEntry entry) => Identities(entry, static (_, _, _) => true);

    /// <summary>Application ids.</summary>
    public IReadOnlyList<string>? AppIds(TenantEntry entry) => Identities(entry, static (found, line, text) =>
    {
        if (Guid.TryParse(text, out _)) return true;
        found.Error(line, $"'{Shown.Of(text)}' is not an application id.", "Give the id, such as 01fc33a7-78ba-4d2f-a4b7-768e336e890e.");
        return false;
    });

    /// <summary>A profile of role tiers.</summary>
    public TierProfile? Profile(TenantEntry entry)
    {
        if (Text(entry) is not { } text) return null;
        if (string.Equals(text, s_profiles[0], StringComparison.OrdinalIgnoreCase)) return TierProfile.Article;
        if (string.Equals(text, s_profiles[1], StringComparison.OrdinalIgnoreCase)) return TierProfile.Strict;
        findings.Error(entry.Line, $"There is no tier profile '{Shown.Of(text)}'.", "The profiles are article and strict.");
        return null;
    }

    /// <summary>Names or ids to tiers.</summary>
    public IReadOnlyDictionary<string, int> Tiers(TenantEntry entry, Func<FindingList, int, string, bool> check)
    {
        var tiers = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in Map(entry, "{ Global Reader: 1 }"))
        {
            if (item.Value is TenantScalar { Text: { Length: 1 } digit } && digit[0] is >= '0' and <= '2')
            {
                if (check(findings, item.Line, item.Key.Trim())) tiers[item.Key.Trim()] = digit[0] - '0';
            }
            else
            {
                findings.Error(item.Line, $"The tier of '{Shown.Of(item.Key)}' is not 0, 1 or 2.", "0 is the most privileged.");
            }
        }

        return tiers;
    }

    /// <summary>How late a record may come: a number with s, m, h or d.</summary>
    public TimeSpan? Lateness(TenantEntry entry)
    {
        if (Text(entry) is not { } text) return null;
        if (Duration(text) is not { } span) findings.Error(entry.Line, $"'{Shown.Of(text)}' is not a length of time.", "Write 90s, 30m, 2h or 1d.");
        else if (span > LatenessMax) findings.Error(entry.Line, $"The lateness '{Shown.Of(text)}' is over {LatenessMax.Days} days.", "Alerts stay open that long; give less.");
        else return span;
        return null;
    }

    /// <summary>Warns of a role that is probably a built-in one, mistyped. Custom roles are as good as any.</summary>
    public static bool CheckRole(FindingList found, int line, string text)
    {
        if (Guid.TryParse(text, out _) || EntraRoles.All.Any(r => string.Equals(r.Name, text, StringComparison.OrdinalIgnoreCase))) return true;
        if (NearestName.Of(text, EntraRoles.All.Select(r => r.Name)) is { } nearest)
            found.Warning(line, $"'{Shown.Of(text)}' is no built-in role of Entra.", $"Did you mean '{nearest}'? A custom or Azure role of this name needs nothing more.");
        return true;
    }

    /// <summary>Warns of an account that no record can name.</summary>
    public static bool CheckAccount(FindingList found, int line, string text)
    {
        if (!Guid.TryParse(text, out _) && !text.Contains('@', StringComparison.Ordinal))
            found.Warning(line, $"'{Shown.Of(text)}' is neither an object id nor a user principal name; records name accounts by these.", "Give the id, and the full name with its domain.");
        return true;
    }

    private List<string>? Identities(TenantEntry entry, Func<FindingList, int, string, bool> check)
    {
        if (ListOrNull(entry) is not { } items) return null;
        var found = new List<string>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (line, text) in items.SelectMany(item => IdentitiesOf(item, entry.Key)))
        {
            if (!seen.Add(text)) findings.Warning(line, $"'{Shown.Of(text)}' is listed twice in '{entry.Key}'.", "Keep one of them.");
            else if (check(findings, line, text)) found.Add(text);
        }

        return found;
    }

    private List<(int Line, string Text)> IdentitiesOf(TenantNode item, string key)
    {
        if (item is TenantScalar scalar && !string.IsNullOrWhiteSpace(scalar.Text)) return [(scalar.Line, scalar.Text.Trim())];
        if (item is not TenantMap map)
        {
            findings.Error(item.Line, $"An item of '{key}' is empty or a list.", "Write an id or a name, or '{ id: …, upn: … }'.");
            return [];
        }

        var given = new List<(int Line, string Text)>();
        foreach (var entry in map.Entries)
        {
            if (!s_accountKeys.Contains(entry.Key, StringComparer.Ordinal)) findings.UnknownKey(entry, $"an item of '{key}'", s_accountKeys);
            else if (s_identityKeys.Contains(entry.Key, StringComparer.Ordinal) && Text(entry) is { } text) given.Add((entry.Line, text));
        }

        if (given.Count == 0) findings.Error(map.Line, $"An item of '{key}' has neither id nor name.", "Write '{ id: …, upn: … }'.");
        return given;
    }

    private IReadOnlyList<TenantNode>? ListOrNull(TenantEntry entry)
    {
        if (entry.Value is TenantList list) return list.Items;
        findings.Error(entry.Line, $"'{entry.Key}' is not a list.", $"Write '{entry.Key}: []' for none, or an item a line, each with '- ' before it.");
        return null;
    }

    private static DayOfWeek? DayOf(string text)
    {
        for (var day = DayOfWeek.Sunday; day <= DayOfWeek.Saturday; day++)
        {
            var name = day.ToString();
            if (text.Equals(name, StringComparison.OrdinalIgnoreCase) || text.Equals(name[..3], StringComparison.OrdinalIgnoreCase)) return day;
        }

        return null;
    }

    private static TimeSpan? Duration(string text)
    {
        const int DigitsMax = 7;
        if (text.Length is < 2 or > DigitsMax + 1 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return null;
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            _ => null,
        };
    }
}
