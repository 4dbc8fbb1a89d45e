using Detector.Engine.Enrichment;
using Detector.Rules.Yaml;

namespace Detector.Rules.Tenant;

/// <summary>Reads <c>rules/tenant.yaml</c>; a folder's own file overrides the shipped one key by key, and within a section too.</summary>
internal sealed class TenantFile
{
    private static readonly string[] s_keys = ["timeZone", "businessHours", "weekend", "holidays", "breakGlass", "tiers", "paws", "serviceAccounts", "pimAppIds", "approvers", "lateness", "stormAlerts"];

    // Keys that hold keys. A file that adds one day off must not lose the public holidays beside it.
    private static readonly Dictionary<string, string[]> s_sections = new(StringComparer.Ordinal)
    {
        ["businessHours"] = ["start", "end"],
        ["holidays"] = ["set", "add", "remove"],
        ["tiers"] = ["profile", "overrides", "accounts"],
    };

    private readonly Dictionary<string, (YamlNode Node, Diagnostics Problems)> _values = new(StringComparer.Ordinal);

    /// <summary>Lays a file over what came before.</summary>
    public void Add(ReadOnlyMemory<byte> bytes, Diagnostics problems)
    {
        if (YamlReader.ReadMap(bytes, problems, mayBeEmpty: true) is not { } map) return;
        Keys.Check(map, "The tenant", problems, s_keys);
        foreach (var (key, value) in map.Entries)
        {
            if (!s_sections.TryGetValue(key.Text, out var known)) _values[key.Text] = (value, problems);
            else if (value is YamlMap section) AddSection(key.Text, section, known, problems);
            else problems.Error(value.Line, $"'{key.Text}' is not a map.", $"Write '{key.Text}:' with {string.Join(", ", known)} below it, or leave it out.");
        }
    }

    /// <summary>The tenant that all files together describe.</summary>
    public TenantProfile Build()
    {
        var tenant = new TenantProfile();
        return tenant with
        {
            TimeZone = Object("timeZone", TenantValues.Zone) ?? tenant.TimeZone,
            BusinessStart = Value("businessHours.start", (node, problems) => TenantValues.Clock(node, isEnd: false, problems)) ?? tenant.BusinessStart,
            BusinessEnd = Value("businessHours.end", (node, problems) => TenantValues.Clock(node, isEnd: true, problems)) ?? tenant.BusinessEnd,
            Weekend = Object("weekend", TenantValues.Days) ?? tenant.Weekend,
            Holidays = Holidays(),
            BreakGlass = new AccountList(Accounts("breakGlass")),
            ServiceAccounts = new AccountList(Accounts("serviceAccounts")),
            Approvers = new AccountList(Accounts("approvers")),
            Paws = Listed("paws", IdentityLists.Any),
            PimAppIds = Listed("pimAppIds", IdentityLists.AppId),
            Lateness = Value("lateness", TenantValues.Lateness) ?? tenant.Lateness,
            StormAlerts = Value("stormAlerts", (node, problems) => Keys.StormAlerts(node, "stormAlerts", problems)) ?? tenant.StormAlerts,
            Roles = new RoleTiers(Value("tiers.profile", TenantValues.Profile) ?? default, Object("tiers.overrides", (node, problems) => TenantValues.TierMap(node, IdentityLists.Role, problems))),
            AccountTiers = Object("tiers.accounts", (node, problems) => TenantValues.TierMap(node, IdentityLists.Account, problems)) ?? tenant.AccountTiers,
        };
    }

    private void AddSection(string name, YamlMap section, string[] known, Diagnostics problems)
    {
        Keys.Check(section, $"'{name}'", problems, known);
        foreach (var (key, value) in section.Entries) _values[$"{name}.{key.Text}"] = (value, problems);
    }

    private HolidayCalendar Holidays()
    {
        var set = Object("holidays.set", HolidayValues.Set);
        var added = Object("holidays.add", HolidayValues.Added);
        var removed = Object("holidays.remove", (node, problems) => HolidayValues.Removed(node, set, problems));
        return new HolidayCalendar(set, added, removed?.OfType<DateOnly>(), removed?.OfType<string>());
    }

    private HashSet<string> Accounts(string key) => Listed(key, IdentityLists.Account);

    private HashSet<string> Listed(string key, Action<string, int, Diagnostics> check) =>
        Object(key, (node, problems) => IdentityLists.Read(node, key, check, problems)) ?? [];

    private T? Value<T>(string key, Func<YamlNode, Diagnostics, T?> read)
        where T : struct => _values.TryGetValue(key, out var value) ? read(value.Node, value.Problems) : null;

    private T? Object<T>(string key, Func<YamlNode, Diagnostics, T?> read)
        where T : class => _values.TryGetValue(key, out var value) ? read(value.Node, value.Problems) : null;
}
