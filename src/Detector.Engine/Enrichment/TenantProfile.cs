namespace Detector.Engine.Enrichment;

/// <summary>
/// What differs per tenant (<c>rules/tenant.yaml</c>): its clock, its accounts, its tiers. Immutable.
/// </summary>
public sealed record TenantProfile
{
    /// <summary>IANA zone in which hours, weekends and holidays are meant.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>First moment of the working day: in.</summary>
    public TimeOnly BusinessStart { get; init; } = new(8, 0);

    /// <summary>End of the working day: out.</summary>
    public TimeOnly BusinessEnd { get; init; } = new(18, 0);

    /// <summary>Days without work.</summary>
    public IReadOnlySet<DayOfWeek> Weekend { get; init; } = new HashSet<DayOfWeek> { DayOfWeek.Saturday, DayOfWeek.Sunday };

    /// <summary>Days off by law or by the tenant.</summary>
    public HolidayCalendar Holidays { get; init; } = HolidayCalendar.None;

    /// <summary>Emergency accounts.</summary>
    public AccountList BreakGlass { get; init; } = AccountList.None;

    /// <summary>Accounts of programs rather than people.</summary>
    public AccountList ServiceAccounts { get; init; } = AccountList.None;

    /// <summary>Tier of a role by template id, with the name as fallback.</summary>
    public RoleTiers Roles { get; init; } = RoleTiers.Default;

    /// <summary>Tier of an account where the tenant has listed it.</summary>
    public IReadOnlyDictionary<string, int> AccountTiers { get; init; } = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Device ids and names of privileged access workstations, compared case-insensitively.</summary>
    public IReadOnlySet<string> Paws { get; init; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>App ids under which PIM itself writes to the directory.</summary>
    public IReadOnlySet<string> PimAppIds { get; init; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Object ids and names of people who may approve.</summary>
    public AccountList Approvers { get; init; } = AccountList.None;

    /// <summary>So many alerts of one rule within an hour are a storm, where the rule says nothing else.</summary>
    public int StormAlerts { get; init; } = Storms.StormLimits.Alerts;

    /// <summary>Allowed lateness: how long after its event time a record may arrive and still count.</summary>
    public TimeSpan Lateness { get; init; } = TimeSpan.FromMinutes(30);
}
