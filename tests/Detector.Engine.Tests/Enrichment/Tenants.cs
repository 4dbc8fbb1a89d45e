using Detector.Engine.Enrichment;
using Detector.Engine.Entra;
using Detector.Engine.Logs;

namespace Detector.Engine.Tests.Enrichment;

/// <summary>A Dutch tenant, and events written in one line.</summary>
internal static class Tenants
{
    public static readonly TenantProfile Contoso = new()
    {
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam"),
        Holidays = HolidayCalendar.Dutch,
        Roles = new RoleTiers(TierProfile.Article),
        BreakGlass = new AccountList(["00000000-b7ea-4b1a-8000-000000000001", "breakglass1@contoso.nl"]),
        ServiceAccounts = new AccountList(["sync@contoso.nl"]),
        AccountTiers = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["adm.jansen@contoso.nl"] = 0 },
        Paws = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "PAW-01" },
    };

    /// <summary>An enriched event at a local time of Amsterdam, given with its offset.</summary>
    public static LogEvent At(string time) => At(time, Contoso);

    public static LogEvent At(string time, TenantProfile tenant)
    {
        var logged = new LogEvent(FieldSchema.Canonical)
        {
            Time = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime,
        };
        new Enricher(FieldSchema.Canonical, tenant).Enrich(logged);
        return logged;
    }

    public static LogEvent With(params (CanonicalField Field, string Text)[] fields)
    {
        var logged = new LogEvent(FieldSchema.Canonical) { Time = new DateTime(2026, 3, 3, 10, 0, 0, DateTimeKind.Utc) };
        foreach (var (field, text) in fields) logged[field] = FieldValue.Of(text);
        new Enricher(FieldSchema.Canonical, Contoso).Enrich(logged);
        return logged;
    }
}
