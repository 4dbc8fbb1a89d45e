using System.Collections.Immutable;
using Detector.Engine.Enrichment;

namespace Detector.Rules.Tenant;

/// <summary>What tenant.yaml says, key by key, before it becomes a profile: a later file may replace any one key.</summary>
internal sealed record TenantSettings
{
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    public TimeOnly BusinessStart { get; init; } = new(8, 0);

    public TimeOnly BusinessEnd { get; init; } = new(18, 0);

    public ImmutableHashSet<DayOfWeek> Weekend { get; init; } = [];

    public string? HolidaySet { get; init; }

    public ImmutableArray<NamedDate> HolidaysAdded { get; init; } = [];

    public ImmutableArray<string> HolidayNamesRemoved { get; init; } = [];

    public ImmutableArray<DateOnly> HolidayDatesRemoved { get; init; } = [];

    public ImmutableArray<string> BreakGlass { get; init; } = [];

    public ImmutableArray<string> ServiceAccounts { get; init; } = [];

    public ImmutableArray<string> Approvers { get; init; } = [];

    public ImmutableArray<string> Paws { get; init; } = [];

    public ImmutableArray<string> PimAppIds { get; init; } = [];

    public TierProfile TierProfile { get; init; } = TierProfile.Article;

    public IReadOnlyDictionary<string, int> RoleTiers { get; init; } = ImmutableDictionary<string, int>.Empty;

    public IReadOnlyDictionary<string, int> AccountTiers { get; init; } = ImmutableDictionary<string, int>.Empty;

    public TimeSpan Lateness { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The profile that the engine works with.</summary>
    public TenantProfile ToProfile() => new()
    {
        TimeZone = TimeZone,
        BusinessStart = BusinessStart,
        BusinessEnd = BusinessEnd,
        Weekend = Weekend,
        Holidays = HolidayCalendar.Of(HolidaySet, HolidaysAdded, HolidayNamesRemoved, HolidayDatesRemoved),
        BreakGlass = new AccountList(BreakGlass),
        ServiceAccounts = new AccountList(ServiceAccounts),
        Approvers = new AccountList(Approvers),
        Roles = Engine.Enrichment.RoleTiers.Of(TierProfile, RoleTiers),
        AccountTiers = AccountTiers,
        Paws = Paws.ToHashSet(StringComparer.OrdinalIgnoreCase),
        PimAppIds = PimAppIds.ToHashSet(StringComparer.OrdinalIgnoreCase),
        Lateness = Lateness,
    };
}
