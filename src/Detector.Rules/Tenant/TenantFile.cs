using System.Globalization;
using Detector.Engine.Enrichment;
using Detector.Engine.Entra;
using Detector.Rules.Yaml;

namespace Detector.Rules.Tenant;

/// <summary>Reads <c>rules/tenant.yaml</c>; a folder's own file overrides the shipped one key by key.</summary>
internal sealed class TenantFile
{
    private static readonly string[] s_keys = ["timeZone", "businessHours", "weekend", "holidays", "breakGlass", "tiers", "paws", "serviceAccounts", "pimAppIds", "approvers", "lateness"];
    private static readonly string[] s_accountKeys = ["id", "upn", "name"];
    private readonly Dictionary<string, (YamlNode Node, Diagnostics Problems)> _values = new(StringComparer.Ordinal);

    /// <summary>Lays a file over what came before.</summary>
    public void Add(ReadOnlyMemory<byte> bytes, Diagnostics problems)
    {
        if (YamlReader.ReadMap(bytes, problems) is not { } map) return;
        Keys.Check(map, "The tenant", problems, s_keys);
        foreach (var (key, value) in map.Entries) _values[key.Text] = (value, problems);
    }

    /// <summary>The tenant that all files together describe.</summary>
    public TenantProfile Build()
    {
        var tenant = new TenantProfile();
        tenant = With(tenant, "timeZone", (t, node, problems) => t with { TimeZone = Zone(node, problems) ?? t.TimeZone });
        tenant = With(tenant, "businessHours", Hours);
        tenant = With(tenant, "weekend", (t, node, problems) => t with { Weekend = Days(node, problems) });
        tenant = With(tenant, "holidays", (t, node, problems) => t with { Holidays = Holidays(node, problems) });
        tenant = With(tenant, "breakGlass", (t, node, problems) => t with { BreakGlass = new AccountList(Accounts(node, "breakGlass", problems)) });
        tenant = With(tenant, "serviceAccounts", (t, node, problems) => t with { ServiceAccounts = new AccountList(Accounts(node, "serviceAccounts", problems)) });
        tenant = With(tenant, "approvers", (t, node, problems) => t with { Approvers = new AccountList(Accounts(node, "approvers", problems)) });
        tenant = With(tenant, "paws", (t, node, problems) => t with { Paws = Accounts(node, "paws", problems).ToHashSet(StringComparer.OrdinalIgnoreCase) });
        tenant = With(tenant, "pimAppIds", (t, node, problems) => t with { PimAppIds = Accounts(node, "pimAppIds", problems).ToHashSet(StringComparer.OrdinalIgnoreCase) });
        tenant = With(tenant, "lateness", (t, node, problems) => t with { Lateness = Keys.Span(node, "lateness", problems) ?? t.Lateness });
        return With(tenant, "tiers", Tiers);
    }

    private TenantProfile With(TenantProfile tenant, string key, Func<TenantProfile, YamlNode, Diagnostics, TenantProfile> apply) =>
        _values.TryGetValue(key, out var value) ? apply(tenant, value.Node, value.Problems) : tenant;

    private static TimeZoneInfo? Zone(YamlNode node, Diagnostics problems)
    {
        var id = (node as YamlScalar)?.Text;
        if (id is not null && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)) return zone;
        problems.Error(node.Line, $"There is no time zone '{id}' on this machine.", "Give an IANA name such as Europe/Amsterdam; in a container, install tzdata.");
        return null;
    }

    private static TenantProfile Hours(TenantProfile tenant, YamlNode node, Diagnostics problems)
    {
        if (node is not YamlMap map)
        {
            problems.Error(node.Line, "'businessHours' is not a map.", "Write '{start: '08:00', end: '18:00'}'.");
            return tenant;
        }

        Keys.Check(map, "'businessHours'", problems, "start", "end");
        return tenant with { BusinessStart = Clock(map["start"], problems) ?? tenant.BusinessStart, BusinessEnd = Clock(map["end"], problems) ?? tenant.BusinessEnd };
    }

    private static TimeOnly? Clock(YamlNode? node, Diagnostics problems)
    {
        if (node is null) return null;
        if (node is YamlScalar scalar && TimeOnly.TryParseExact(scalar.Text, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        problems.Error(node.Line, "This is no time of day.", "Write it in quotes, as '08:00'.");
        return null;
    }

    private static HashSet<DayOfWeek> Days(YamlNode node, Diagnostics problems)
    {
        var days = new HashSet<DayOfWeek>();
        foreach (var item in (node as YamlList)?.Items ?? [node])
        {
            var text = (item as YamlScalar)?.Text ?? "";
            var found = Enum.GetValues<DayOfWeek>().Where(day => text.Length >= 3 && day.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase)).ToList();
            if (found.Count == 1) days.Add(found[0]);
            else problems.Error(item.Line, $"'{text}' is no day of the week.", "Use mon, tue, wed, thu, fri, sat, sun.");
        }

        return days;
    }

    private static HolidayCalendar Holidays(YamlNode node, Diagnostics problems)
    {
        if (node is not YamlMap map)
        {
            problems.Error(node.Line, "'holidays' is not a map.", "Write '{set: nl}'.");
            return HolidayCalendar.None;
        }

        Keys.Check(map, "'holidays'", problems, "set", "add", "remove");
        var set = (map["set"] as YamlScalar)?.Text;
        if (set is not (null or "nl" or "none")) problems.Error(map["set"]!.Line, $"There is no set of holidays '{set}'.", "Use 'nl' or 'none', and list days under 'add'.");
        var added = new List<(DateOnly, string)>();
        foreach (var item in (map["add"] as YamlList)?.Items ?? [])
        {
            if (item is YamlMap day && Date(day["date"], item.Line, problems) is { } date) added.Add((date, (day["name"] as YamlScalar)?.Text ?? "Holiday"));
            else if (item is not YamlMap) problems.Error(item.Line, "A holiday is not a map.", "Write '{date: 2026-05-15, name: …}'.");
        }

        var removed = ((map["remove"] as YamlList)?.Items ?? []).Select(item => Date(item, item.Line, problems)).OfType<DateOnly>();
        return new HolidayCalendar(set is "nl" ? DutchHolidays.Of : null, added, removed);
    }

    private static DateOnly? Date(YamlNode? node, int line, Diagnostics problems)
    {
        if (node is YamlScalar scalar && DateOnly.TryParseExact(scalar.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
        problems.Error(node?.Line ?? line, "This is no date.", "Write it as 2026-05-15.");
        return null;
    }

    // An entry is an object id, a name, or a map with both.
    private static List<string> Accounts(YamlNode node, string key, Diagnostics problems)
    {
        var accounts = new List<string>();
        if (node is YamlScalar { IsNull: true }) return accounts;
        if (node is not YamlList list)
        {
            problems.Error(node.Line, $"'{key}' is not a list.", "Give each entry a line of its own, after '- '.");
            return accounts;
        }

        foreach (var item in list.Items)
        {
            if (item is YamlScalar { IsNull: false } scalar)
            {
                accounts.Add(scalar.Text.Trim());
            }
            else if (item is YamlMap map)
            {
                Keys.Check(map, "An entry", problems, "id", "upn", "name", "reason", "owner");
                accounts.AddRange(s_accountKeys.Select(name => map[name]).OfType<YamlScalar>().Select(text => text.Text.Trim()));
            }
            else
            {
                problems.Error(item.Line, "An entry is empty.", "Give an object id or a name.");
            }
        }

        return accounts;
    }

    private static TenantProfile Tiers(TenantProfile tenant, YamlNode node, Diagnostics problems)
    {
        if (node is not YamlMap map)
        {
            problems.Error(node.Line, "'tiers' is not a map.", "Write '{profile: article}'.");
            return tenant;
        }

        Keys.Check(map, "'tiers'", problems, "profile", "overrides", "accounts");
        var profile = TierProfile.Article;
        if (map["profile"] is YamlScalar name && !Enum.TryParse(name.Text, ignoreCase: true, out profile)) problems.Error(name.Line, $"There is no tier profile '{name.Text}'.", "Use 'article' or 'strict'.");
        var accounts = TierMap(map["accounts"], problems);
        return tenant with { Roles = new RoleTiers(profile, TierMap(map["overrides"], problems)), AccountTiers = accounts };
    }

    private static Dictionary<string, int> TierMap(YamlNode? node, Diagnostics problems)
    {
        var tiers = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in (node as YamlMap)?.Entries ?? [])
        {
            if (value is YamlScalar { Text: "0" or "1" or "2" } tier) tiers[key.Text] = tier.Text[0] - '0';
            else problems.Error(value.Line, $"The tier of '{key.Text}' is not 0, 1 or 2.", "Give one of these.");
        }

        return tiers;
    }
}
