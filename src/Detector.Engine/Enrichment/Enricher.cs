using System.Collections.Frozen;
using System.Globalization;
using Detector.Engine.Logs;

namespace Detector.Engine.Enrichment;

/// <summary>
/// Fills the derived fields (<see cref="CanonicalFields.IsDerived"/>) from the other fields of the same event; those of
/// time only when rules ask for them, the others always, since alerts show them. Pure and thread-safe; no allocation for
/// an event.
/// </summary>
public sealed class Enricher
{
    private static readonly string[] s_hours = [.. Enumerable.Range(0, 24).Select(hour => hour.ToString(CultureInfo.InvariantCulture))];
    private static readonly string[] s_days = Enum.GetNames<DayOfWeek>();
    private static readonly string[] s_tiers = ["0", "1", "2"];

    private readonly TenantCalendar _calendar;
    private readonly bool _asksTime;
    private readonly FrozenDictionary<string, int> _accountTiers;

    /// <summary>An enricher of events of one schema for one tenant.</summary>
    public Enricher(FieldSchema schema, TenantProfile tenant)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(tenant);
        Schema = schema;
        Tenant = tenant;
        _calendar = new TenantCalendar(tenant);
        _asksTime = Enumerable.Range((int)CanonicalField.TimeHour, CanonicalField.TimeWorking - CanonicalField.TimeHour + 1).Any(schema.Asked.Contains);
        _accountTiers = tenant.AccountTiers.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The tenant whose clock and lists are used.</summary>
    public TenantProfile Tenant { get; }

    /// <summary>The fields that are asked for.</summary>
    public FieldSchema Schema { get; }

    /// <summary>The object ids and names on which the Account fields depend: accounts of which none is among them are all alike.</summary>
    public IEnumerable<string> NamedAccounts => Tenant.BreakGlass.Entries.Concat(Tenant.ServiceAccounts.Entries).Concat(Tenant.AccountTiers.Keys);

    /// <summary>Fills the derived fields of one event. Filling twice gives the same.</summary>
    public void Enrich(LogEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        EnrichRole(logged);
        EnrichAccount(logged);
        EnrichDevice(logged);
        if (_asksTime) EnrichTime(logged);
    }

    /// <summary>
    /// Fills the Account fields alone, from the user of a sign-in or the actor of another record; the prefilter uses it
    /// on records that are half read.
    /// </summary>
    public void EnrichAccount(LogEvent logged)
    {
        ArgumentNullException.ThrowIfNull(logged);
        var (id, upn) = (logged.Text(CanonicalField.UserId), logged.Text(CanonicalField.UserUpn));
        if (id is null && upn is null) (id, upn) = (logged.Text(CanonicalField.ActorId), logged.Text(CanonicalField.ActorUpn));
        if (id is null && upn is null)
        {
            logged[CanonicalField.AccountBreakGlass] = default;
            logged[CanonicalField.AccountService] = default;
            logged[CanonicalField.AccountTier] = default;
            return;
        }

        logged[CanonicalField.AccountBreakGlass] = FieldValue.Of(Tenant.BreakGlass.Contains(id, upn));
        logged[CanonicalField.AccountService] = FieldValue.Of(Tenant.ServiceAccounts.Contains(id, upn));
        logged[CanonicalField.AccountTier] = (id is not null && _accountTiers.TryGetValue(id, out var tier)) || (upn is not null && _accountTiers.TryGetValue(upn, out tier))
            ? FieldValue.Of(TierText(tier))
            : default;
    }

    private void EnrichRole(LogEvent logged)
    {
        var (id, name) = (logged.Text(CanonicalField.RoleId), logged.Text(CanonicalField.RoleName));
        logged[CanonicalField.RoleTier] = Tenant.Roles.TierOf(id, name) is { } tier ? FieldValue.Of(TierText(tier)) : default;
        logged[CanonicalField.RolePrivileged] = Tenant.Roles.IsPrivileged(id, name) is { } privileged ? FieldValue.Of(privileged) : default;
    }

    private void EnrichDevice(LogEvent logged)
    {
        var (id, name) = (logged.Text(CanonicalField.DeviceId), logged.Text(CanonicalField.DeviceName));
        logged[CanonicalField.DevicePaw] = string.IsNullOrEmpty(id) && string.IsNullOrEmpty(name)
            ? default
            : FieldValue.Of((id is not null && Tenant.Paws.Contains(id)) || (name is not null && Tenant.Paws.Contains(name)));
    }

    private void EnrichTime(LogEvent logged)
    {
        var local = _calendar.Local(logged.Time);
        var (offHours, weekend, holiday) = (_calendar.IsOffHours(local), _calendar.IsWeekend(local), _calendar.HolidayOf(local) is not null);
        logged[CanonicalField.TimeHour] = FieldValue.Of(s_hours[local.Hour]);
        logged[CanonicalField.TimeDayOfWeek] = FieldValue.Of(s_days[(int)local.DayOfWeek]);
        logged[CanonicalField.TimeOffHours] = FieldValue.Of(offHours);
        logged[CanonicalField.TimeWeekend] = FieldValue.Of(weekend);
        logged[CanonicalField.TimeHoliday] = FieldValue.Of(holiday);
        logged[CanonicalField.TimeWorking] = FieldValue.Of(!offHours && !weekend && !holiday);
    }

    private static string TierText(int tier) =>
        tier >= 0 && tier < s_tiers.Length ? s_tiers[tier] : tier.ToString(CultureInfo.InvariantCulture);
}
