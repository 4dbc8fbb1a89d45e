using Detector.Engine.Enrichment;
using Detector.Engine.Logs;
using Xunit;

namespace Detector.Engine.Tests.Enrichment;

public sealed class EnricherFieldTests
{
    [Fact]
    public void A_known_role_has_its_tier_and_label()
    {
        var logged = Tenants.With((CanonicalField.RoleId, "62E90394-69F5-4237-9190-012177145E10"), (CanonicalField.RoleName, "Globale beheerder"));

        Assert.Equal("0", logged.Text(CanonicalField.RoleTier));
        Assert.Equal("true", logged.Text(CanonicalField.RolePrivileged));
    }

    [Fact]
    public void The_name_decides_where_the_id_is_not_known()
    {
        var logged = Tenants.With((CanonicalField.RoleId, "12121212-0000-4000-8000-000000000000"), (CanonicalField.RoleName, " global administrator "));

        Assert.Equal("0", logged.Text(CanonicalField.RoleTier));
    }

    [Fact]
    public void An_unknown_role_has_no_tier()
    {
        var logged = Tenants.With((CanonicalField.RoleName, "Canteen Administrator"));

        Assert.False(logged[CanonicalField.RoleTier].IsPresent);
        Assert.False(logged[CanonicalField.RolePrivileged].IsPresent);
        Assert.False(Tenants.With()[CanonicalField.RoleTier].IsPresent);
    }

    [Theory]
    [InlineData(CanonicalField.UserId, "00000000-B7EA-4B1A-8000-000000000001", "true")]
    [InlineData(CanonicalField.UserUpn, "BreakGlass1@contoso.nl", "true")]
    [InlineData(CanonicalField.ActorUpn, "breakglass1@CONTOSO.NL", "true")]
    [InlineData(CanonicalField.ActorUpn, "breakglass1@contoso.nl.evil.example", "false")]
    [InlineData(CanonicalField.UserUpn, "", "false")]
    public void A_break_glass_account_is_known_by_id_and_by_name(CanonicalField field, string text, string expected) =>
        Assert.Equal(expected, Tenants.With((field, text)).Text(CanonicalField.AccountBreakGlass));

    [Fact]
    public void The_user_of_a_record_comes_before_its_actor()
    {
        var logged = Tenants.With((CanonicalField.UserUpn, "adm.jansen@contoso.nl"), (CanonicalField.ActorUpn, "breakglass1@contoso.nl"));

        Assert.Equal("false", logged.Text(CanonicalField.AccountBreakGlass));
        Assert.Equal("0", logged.Text(CanonicalField.AccountTier));
    }

    [Fact]
    public void Without_an_account_nothing_is_said_of_it()
    {
        var logged = Tenants.With((CanonicalField.ActorAppName, "MS-PIM"));

        Assert.False(logged[CanonicalField.AccountBreakGlass].IsPresent);
        Assert.False(logged[CanonicalField.AccountService].IsPresent);
        Assert.False(logged[CanonicalField.AccountTier].IsPresent);
    }

    [Fact]
    public void A_service_account_is_one_and_has_no_tier_unless_listed()
    {
        var logged = Tenants.With((CanonicalField.UserUpn, "sync@contoso.nl"));

        Assert.Equal("true", logged.Text(CanonicalField.AccountService));
        Assert.False(logged[CanonicalField.AccountTier].IsPresent);
    }

    [Theory]
    [InlineData(CanonicalField.DeviceName, "paw-01", "true")]
    [InlineData(CanonicalField.DeviceId, "PAW-01", "true")]
    [InlineData(CanonicalField.DeviceName, "LAPTOP-7", "false")]
    [InlineData(CanonicalField.Ip, "203.0.113.7", null)]
    public void A_paw_is_said_of_known_devices_alone(CanonicalField field, string text, string? expected) =>
        Assert.Equal(expected, Tenants.With((field, text)).Text(CanonicalField.DevicePaw));

    [Fact]
    public void Enriching_again_forgets_what_no_longer_holds()
    {
        var logged = Tenants.With((CanonicalField.UserUpn, "breakglass1@contoso.nl"), (CanonicalField.RoleName, "Global Administrator"), (CanonicalField.DeviceName, "PAW-01"));
        logged[CanonicalField.UserUpn] = FieldValue.Absent;
        logged[CanonicalField.RoleName] = FieldValue.Absent;
        logged[CanonicalField.DeviceName] = FieldValue.Absent;

        new Enricher(FieldSchema.Canonical, Tenants.Contoso).Enrich(logged);

        Assert.False(logged[CanonicalField.AccountBreakGlass].IsPresent);
        Assert.False(logged[CanonicalField.RoleTier].IsPresent);
        Assert.False(logged[CanonicalField.DevicePaw].IsPresent);
    }

    [Fact]
    public void Times_that_no_rule_asks_for_are_not_computed()
    {
        var schema = new FieldSchemaBuilder().Build();
        var logged = new LogEvent(schema) { Time = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc) };

        new Enricher(schema, Tenants.Contoso).Enrich(logged);

        Assert.False(logged[CanonicalField.TimeHour].IsPresent);
        Assert.False(logged[CanonicalField.TimeWeekend].IsPresent);
    }

    [Fact]
    public void The_account_fields_alone_are_the_same_as_with_all_others()
    {
        CanonicalField[] sources = [CanonicalField.UserId, CanonicalField.UserUpn, CanonicalField.ActorId, CanonicalField.ActorUpn];
        string?[] texts = [null, "breakglass1@contoso.nl", "adm.jansen@contoso.nl", "00000000-b7ea-4b1a-8000-000000000001"];
        var enricher = new Enricher(FieldSchema.Canonical, Tenants.Contoso);
        for (var combination = 0; combination < 256; combination++)
        {
            var whole = new LogEvent(FieldSchema.Canonical) { Time = Tenants.With().Time };
            for (var i = 0; i < 4; i++)
            {
                if (texts[(combination >> (2 * i)) & 3] is { } text) whole[sources[i]] = FieldValue.Of(text);
            }

            var half = whole.Copy();
            enricher.Enrich(whole);
            enricher.EnrichAccount(half);
            foreach (var field in new[] { CanonicalField.AccountBreakGlass, CanonicalField.AccountService, CanonicalField.AccountTier })
                Assert.Equal(whole[field], half[field]);
        }
    }

    [Fact]
    public void No_event_allocates()
    {
        var enricher = new Enricher(FieldSchema.Canonical, Tenants.Contoso);
        var logged = Tenants.With((CanonicalField.RoleName, "Global Administrator"), (CanonicalField.UserUpn, "a@contoso.nl"), (CanonicalField.DeviceName, "x"));
        for (var i = 0; i < 100; i++) enricher.Enrich(logged);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) enricher.Enrich(logged);

        // Less than a byte an event: the test host itself may allocate a little on this thread.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999);
    }
}
