namespace Detector.Rules.Tenant;

/// <summary>Puts the keys of one file over settings; a key in error changes nothing and is reported.</summary>
internal sealed class TenantReader(FindingList findings)
{
    private static readonly string[] s_keys =
    [
        "timeZone", "businessHours", "weekend", "holidays", "breakGlass", "tiers", "paws", "serviceAccounts", "pimAppIds", "approvers", "lateness",
    ];

    private static readonly string[] s_hoursKeys = ["start", "end"];
    private static readonly string[] s_tiersKeys = ["profile", "overrides", "accounts"];

    private readonly TenantValues _values = new(findings);

    /// <summary>The settings with what the map says.</summary>
    public TenantSettings Apply(TenantMap map, TenantSettings below)
    {
        foreach (var entry in map.Entries) below = Apply(entry, below);
        return below;
    }

    private TenantSettings Apply(TenantEntry entry, TenantSettings below)
    {
        switch (entry.Key)
        {
            case "timeZone": return _values.Zone(entry) is { } zone ? below with { TimeZone = zone } : below;
            case "businessHours": return ApplyHours(entry, below);
            case "weekend": return _values.Weekend(entry) is { } days ? below with { Weekend = days } : below;
            case "holidays": return new HolidayReader(findings, _values).Apply(entry, below);
            case "breakGlass": return _values.Accounts(entry) is { } breakGlass ? below with { BreakGlass = [.. breakGlass] } : below;
            case "tiers": return ApplyTiers(entry, below);
            case "paws": return _values.Devices(entry) is { } paws ? below with { Paws = [.. paws] } : below;
            case "serviceAccounts": return _values.Accounts(entry) is { } services ? below with { ServiceAccounts = [.. services] } : below;
            case "pimAppIds": return _values.AppIds(entry) is { } apps ? below with { PimAppIds = [.. apps] } : below;
            case "approvers": return _values.Accounts(entry) is { } approvers ? below with { Approvers = [.. approvers] } : below;
            case "lateness": return _values.Lateness(entry) is { } lateness ? below with { Lateness = lateness } : below;
            default:
                findings.UnknownKey(entry, "tenant.yaml", s_keys);
                return below;
        }
    }

    private TenantSettings ApplyHours(TenantEntry hours, TenantSettings below)
    {
        var (start, end) = (below.BusinessStart, below.BusinessEnd);
        foreach (var entry in _values.Map(hours, "{ start: '08:00', end: '18:00' }"))
        {
            switch (entry.Key)
            {
                case "start": start = _values.Time(entry, isEnd: false) ?? start; break;
                case "end": end = _values.Time(entry, isEnd: true) ?? end; break;
                default: findings.UnknownKey(entry, "businessHours", s_hoursKeys); break;
            }
        }

        // Midnight to midnight is how round the clock is written; the same time twice is more likely a slip.
        if (start == end && start != TimeOnly.MinValue)
            findings.Warning(hours.Line, $"Business hours end when they start, at {start:HH:mm}: that is round the clock.", "Write '00:00' to '24:00' if it is meant.");
        return below with { BusinessStart = start, BusinessEnd = end };
    }

    private TenantSettings ApplyTiers(TenantEntry tiers, TenantSettings below)
    {
        foreach (var entry in _values.Map(tiers, "{ profile: article }"))
        {
            switch (entry.Key)
            {
                case "profile":
                    below = _values.Profile(entry) is { } profile ? below with { TierProfile = profile } : below;
                    break;
                case "overrides":
                    below = below with { RoleTiers = _values.Tiers(entry, TenantValues.CheckRole) };
                    break;
                case "accounts":
                    below = below with { AccountTiers = _values.Tiers(entry, TenantValues.CheckAccount) };
                    break;
                default:
                    findings.UnknownKey(entry, "tiers", s_tiersKeys);
                    break;
            }
        }

        return below;
    }
}
