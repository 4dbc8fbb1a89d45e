using Xunit;

namespace Detector.Rules.Tests.Tenant;

public sealed class TenantFileTests
{
    [Fact]
    public void The_shipped_default_is_the_sample_tenant_without_findings()
    {
        var load = TenantText.Load("");
        var tenant = load.Profile;

        Assert.Empty(load.Diagnostics);
        Assert.Equal("Europe/Amsterdam", tenant.TimeZone.Id);
        Assert.Equal((new TimeOnly(8, 0), new TimeOnly(18, 0)), (tenant.BusinessStart, tenant.BusinessEnd));
        Assert.Equal([DayOfWeek.Sunday, DayOfWeek.Saturday], tenant.Weekend.Order());
        Assert.Equal("Koningsdag", tenant.Holidays.NameOf(new DateOnly(2026, 4, 27)));
        Assert.True(tenant.BreakGlass.Contains("00000000-b7ea-4b1a-8000-000000000001", null));
        Assert.True(tenant.BreakGlass.Contains(null, "BreakGlass2@contoso.nl"));
        Assert.Equal(0, tenant.Roles.TierOf(null, "Global Administrator"));
        Assert.Equal(2, tenant.Roles.TierOf(null, "Helpdesk Administrator"));
        Assert.Contains("01FC33A7-78BA-4D2F-A4B7-768E336E890E", tenant.PimAppIds);
        Assert.Equal(TimeSpan.FromMinutes(30), tenant.Lateness);
        Assert.Equal(50, tenant.StormAlerts);
    }

    [Fact]
    public void A_tenant_says_how_many_alerts_are_a_storm()
    {
        Assert.Equal(300, TenantText.Load("stormAlerts: 300\n").Profile.StormAlerts);
        Assert.Contains(TenantText.Load("stormAlerts: 1\n").Diagnostics, problem => problem.Message.Contains("'stormAlerts' is not between", StringComparison.Ordinal));
    }

    [Fact]
    public void The_shipped_file_read_as_an_override_changes_nothing()
    {
        var load = TenantText.Load(TenantText.Shipped.ToArray());

        Assert.Empty(load.Diagnostics);
        Assert.Equal(4, load.Profile.BreakGlass.Entries.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n")]
    [InlineData("{}\n")]
    [InlineData("\uFEFF")]
    public void An_empty_file_is_the_default(string text)
    {
        var load = TenantText.Load(text);

        Assert.Empty(load.Diagnostics);
        Assert.Equal("Europe/Amsterdam", load.Profile.TimeZone.Id);
    }

    [Fact]
    public void A_file_overrides_key_by_key_and_within_a_key()
    {
        var load = TenantText.Load("""
            timeZone: Europe/London
            businessHours: { end: '17:30' }
            tiers: { profile: strict }
            breakGlass: []
            """);
        var tenant = load.Profile;

        Assert.Empty(load.Diagnostics);
        Assert.Equal("Europe/London", tenant.TimeZone.Id);
        Assert.Equal((new TimeOnly(8, 0), new TimeOnly(17, 30)), (tenant.BusinessStart, tenant.BusinessEnd));
        Assert.Equal(0, tenant.Roles.TierOf(null, "Helpdesk Administrator"));
        Assert.Empty(tenant.BreakGlass.Entries);
        Assert.NotNull(tenant.Holidays.NameOf(new DateOnly(2026, 12, 25)));
        Assert.Single(tenant.PimAppIds);
    }

    [Fact]
    public void Every_key_reaches_the_profile()
    {
        var load = TenantText.Load("""
            businessHours: { start: 7:00, end: '24:00' }
            weekend: [Friday, sat]
            holidays:
              remove: [goede vrijdag, 2026-05-05]
              add:
                - { date: 2026-12-31, name: Closing day }
              set: nl
            breakGlass:
              - emergency@example.org
              - { id: 11111111-1111-4111-8111-111111111111, upn: other@example.org, owner: CISO, reason: fire drill }
            tiers:
              overrides: { Owner: 0, f2ef992c-3afb-46b9-b7cf-a126ee74c451: 2 }
              accounts: { adm@example.org: 1 }
            paws: [PAW-01, { id: 22222222-2222-4222-8222-222222222222, name: PAW-02 }]
            serviceAccounts: [sync@example.org]
            pimAppIds: [33333333-3333-4333-8333-333333333333]
            approvers: [boss@example.org]
            lateness: 2h
            """);
        var tenant = load.Profile;

        Assert.Empty(load.Diagnostics);
        Assert.Equal((new TimeOnly(7, 0), TimeOnly.MinValue), (tenant.BusinessStart, tenant.BusinessEnd));
        Assert.Equal([DayOfWeek.Friday, DayOfWeek.Saturday], tenant.Weekend.Order());
        Assert.Equal("Closing day", tenant.Holidays.NameOf(new DateOnly(2026, 12, 31)));
        Assert.Null(tenant.Holidays.NameOf(new DateOnly(2026, 4, 3)));
        Assert.Null(tenant.Holidays.NameOf(new DateOnly(2026, 5, 5)));
        Assert.True(tenant.BreakGlass.Contains(null, "EMERGENCY@example.org"));
        Assert.True(tenant.BreakGlass.Contains("11111111-1111-4111-8111-111111111111", "renamed@example.org"));
        Assert.Equal(3, tenant.BreakGlass.Entries.Count);
        Assert.Equal(0, tenant.Roles.TierOf("x", "Owner"));
        Assert.Equal(2, tenant.Roles.TierOf(null, "Global Reader"));
        Assert.Equal(1, tenant.AccountTiers["ADM@example.org"]);
        Assert.Contains("paw-02", tenant.Paws);
        Assert.True(tenant.ServiceAccounts.Contains(null, "sync@example.org"));
        Assert.Contains("33333333-3333-4333-8333-333333333333", tenant.PimAppIds);
        Assert.True(tenant.Approvers.Contains(null, "boss@example.org"));
        Assert.Equal(TimeSpan.FromHours(2), tenant.Lateness);
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1t", 0)]
    [InlineData("7d", 7 * 24 * 3600)]
    [InlineData("7d1t", null)]
    [InlineData("8d", null)]
    [InlineData("30", null)]
    [InlineData("-5m", null)]
    [InlineData("99999999999999d", null)]
    [InlineData("5 m", null)]
    public void Lateness_is_a_number_and_a_unit_up_to_seven_days(string text, int? seconds)
    {
        var load = TenantText.Load($"lateness: {text}");

        Assert.Equal(seconds is null, load.HasErrors);
        Assert.Equal(seconds ?? 30 * 60, (long)load.Profile.Lateness.TotalSeconds);
    }

    [Fact]
    public void A_set_of_none_has_no_holidays() =>
        Assert.Null(TenantText.Load("holidays: { set: none }").Profile.Holidays.NameOf(new DateOnly(2026, 12, 25)));

    [Fact]
    public void A_day_of_ones_own_does_not_cost_the_public_holidays()
    {
        var tenant = TenantText.Load("holidays: { add: [{ date: 2026-12-31, name: Closing day }] }").Profile;

        Assert.Equal("Closing day", tenant.Holidays.NameOf(new DateOnly(2026, 12, 31)));
        Assert.Equal("Koningsdag", tenant.Holidays.NameOf(new DateOnly(2026, 4, 27)));
    }

    [Theory]
    [InlineData("nl", "Bevrijdingsdag", "Goede Vrijdag")]
    [InlineData("nl-employers", null, null)]
    [InlineData("none", null, null)]
    public void Sets_differ_in_liberation_day_and_good_friday(string set, string? liberation, string? friday)
    {
        var holidays = TenantText.Load($"holidays: {{ set: {set} }}").Profile.Holidays;

        Assert.Equal(liberation, holidays.NameOf(new DateOnly(2026, 5, 5)));
        Assert.Equal(friday, holidays.NameOf(new DateOnly(2026, 4, 3)));
    }

    [Fact]
    public void A_rules_folder_with_a_tenant_file_alone_has_that_tenant()
    {
        var result = RuleFolder.Load([new RuleFile("mine/tenant.yaml", "timeZone: Europe/London"u8.ToArray())]);

        Assert.Equal("Europe/London", result.Tenant.TimeZone.Id);
        Assert.True(result.Tenant.BreakGlass.Contains(null, "breakglass1@contoso.nl"));
        Assert.DoesNotContain(result.Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
    }
}
