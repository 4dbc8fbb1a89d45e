using System.Globalization;
using Detector.Engine.Logs;

namespace Detector.Engine.Enrichment;

/// <summary>
/// Fills the derived fields (<see cref="CanonicalFields.IsDerived"/>) that the schema asks for. Pure and thread-safe; no
/// allocation per event. Flags are <c>true</c> or <c>false</c>; a field that cannot be computed (the tier of an unknown
/// role, an account where none is named) is absent.
/// </summary>
public sealed class Enricher
{
    private static readonly FieldValue s_true = FieldValue.Of("true");
    private static readonly FieldValue s_false = FieldValue.Of("false");
    private static readonly FieldValue[] s_numbers = [.. Enumerable.Range(0, 24).Select(n => FieldValue.Of(n.ToString(CultureInfo.InvariantCulture)))];
    private static readonly FieldValue[] s_days = [.. Enumerable.Range(0, 7).Select(n => FieldValue.Of(((DayOfWeek)n).ToString()))];

    private readonly bool[] _asked = new bool[CanonicalFields.Count];
    private readonly bool _asksTime;
    private readonly bool _asksRole;
    private readonly bool _asksAccount;

    /// <summary>An enricher for events of one schema.</summary>
    public Enricher(FieldSchema schema, TenantProfile tenant)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(tenant);
        Schema = schema;
        Tenant = tenant;
        Calendar = new TenantCalendar(tenant);
        for (var slot = 0; slot < _asked.Length; slot++) _asked[slot] = schema.Asked.Contains(slot) && CanonicalFields.IsDerived((CanonicalField)slot);
        _asksTime = _asked[(int)CanonicalField.TimeHour] || _asked[(int)CanonicalField.TimeDayOfWeek] || _asked[(int)CanonicalField.TimeOffHours]
            || _asked[(int)CanonicalField.TimeWeekend] || _asked[(int)CanonicalField.TimeHoliday] || _asked[(int)CanonicalField.TimeWorking];
        _asksRole = _asked[(int)CanonicalField.RoleTier] || _asked[(int)CanonicalField.RolePrivileged];
        _asksAccount = _asked[(int)CanonicalField.AccountBreakGlass] || _asked[(int)CanonicalField.AccountService] || _asked[(int)CanonicalField.AccountTier];
    }

    /// <summary>The tenant whose clock and lists are used.</summary>
    public TenantProfile Tenant { get; }

    /// <summary>The tenant's clock, for explanations that must agree with the fields.</summary>
    public TenantCalendar Calendar { get; }

    /// <summary>The fields that are asked for.</summary>
    public FieldSchema Schema { get; }

    /// <summary>Fills the derived fields of one event from its other fields. Filling twice gives the same.</summary>
    public void Enrich(LogEvent candidate)
    {
        ThrowUnlessOurs(candidate);
        if (_asksTime) FillTime(candidate);
        if (_asksRole) FillRole(candidate);
        if (_asksAccount) FillAccount(candidate);
        if (_asked[(int)CanonicalField.DevicePaw]) candidate[CanonicalField.DevicePaw] = PawOf(candidate);
    }

    /// <summary>Fills the Account fields alone, from User.Id, User.Upn, Actor.Id and Actor.Upn; the prefilter uses it on half-read records.</summary>
    public void EnrichAccount(LogEvent candidate)
    {
        ThrowUnlessOurs(candidate);
        if (_asksAccount) FillAccount(candidate);
    }

    private void ThrowUnlessOurs(LogEvent candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        if (candidate.Schema != Schema) throw new ArgumentException("The event is of another rule set.", nameof(candidate));
    }

    private void FillTime(LogEvent candidate)
    {
        var moment = Calendar.MomentOf(candidate.Time);
        Fill(candidate, CanonicalField.TimeHour, s_numbers[moment.Local.Hour]);
        Fill(candidate, CanonicalField.TimeDayOfWeek, s_days[(int)moment.DayOfWeek]);
        Fill(candidate, CanonicalField.TimeOffHours, Flag(moment.IsOffHours));
        Fill(candidate, CanonicalField.TimeWeekend, Flag(moment.IsWeekend));
        Fill(candidate, CanonicalField.TimeHoliday, Flag(moment.IsHoliday));
        Fill(candidate, CanonicalField.TimeWorking, Flag(moment.IsWorking));
    }

    private void FillRole(LogEvent candidate)
    {
        var role = Tenant.Roles.Find(candidate.Text(CanonicalField.RoleId), candidate.Text(CanonicalField.RoleName));
        Fill(candidate, CanonicalField.RoleTier, role is null ? FieldValue.Absent : s_numbers[role.Tier]);
        Fill(candidate, CanonicalField.RolePrivileged, role?.IsPrivileged is { } privileged ? Flag(privileged) : FieldValue.Absent);
    }

    // A sign-in names its user, an audit record its actor. A record with both (an audit record that a collector has put
    // a user into) is about the user.
    private void FillAccount(LogEvent candidate)
    {
        var id = candidate.Text(CanonicalField.UserId);
        var upn = candidate.Text(CanonicalField.UserUpn);
        if (id is null && upn is null)
        {
            id = candidate.Text(CanonicalField.ActorId);
            upn = candidate.Text(CanonicalField.ActorUpn);
        }

        var known = id is not null || upn is not null;
        Fill(candidate, CanonicalField.AccountBreakGlass, known ? Flag(Tenant.BreakGlass.Contains(id, upn)) : FieldValue.Absent);
        Fill(candidate, CanonicalField.AccountService, known ? Flag(Tenant.ServiceAccounts.Contains(id, upn)) : FieldValue.Absent);
        Fill(candidate, CanonicalField.AccountTier, TierOf(id, upn));
    }

    // A tier outside 0 to 23 cannot come from tenant.yaml; one built by hand is left out rather than thrown for.
    private FieldValue TierOf(string? id, string? upn) =>
        ((id is not null && Tenant.AccountTiers.TryGetValue(id, out var tier)) || (upn is not null && Tenant.AccountTiers.TryGetValue(upn, out tier)))
        && (uint)tier < (uint)s_numbers.Length ? s_numbers[tier] : FieldValue.Absent;

    private FieldValue PawOf(LogEvent candidate)
    {
        var id = candidate.Text(CanonicalField.DeviceId);
        var name = candidate.Text(CanonicalField.DeviceName);
        if (id is null && name is null) return FieldValue.Absent;
        return Flag((id is not null && Tenant.Paws.Contains(id)) || (name is not null && Tenant.Paws.Contains(name)));
    }

    private void Fill(LogEvent candidate, CanonicalField field, FieldValue value)
    {
        if (_asked[(int)field]) candidate[field] = value;
    }

    private static FieldValue Flag(bool flag) => flag ? s_true : s_false;
}
