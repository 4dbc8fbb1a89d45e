using Detector.Engine.Enrichment;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Engine.Tests.Enrichment;

public sealed class TenantCalendarTests
{
    private static readonly long s_from = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private static readonly long s_to = new DateTime(2050, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    // Half hours and quarters, a change of half an hour (Lord Howe), of the date line (Apia, 2011), at midnight (Santiago),
    // during Ramadan (Casablanca), and of zones that stopped changing.
    public static readonly TheoryData<string> Zones =
    [
        "UTC", "Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
        "America/Santiago", "Africa/Casablanca", "America/St_Johns", "Asia/Tehran", "Europe/Moscow", "Pacific/Chatham",
    ];

    [Property(MaxTest = 2000)]
    public Property Any_instant_has_the_local_time_of_the_zone()
    {
        var clocks = Zones.Select(z => In(z.Data)).ToArray();
        var instants = from day in Gen.Choose(0, (int)((s_to - s_from) / TimeSpan.TicksPerDay) - 1)
                       from second in Gen.Choose(0, 86_399)
                       from tick in Gen.Choose(0, 9_999_999)
                       select new DateTime(s_from + (day * TimeSpan.TicksPerDay) + (second * TimeSpan.TicksPerSecond) + tick, DateTimeKind.Utc);
        return Prop.ForAll(instants.ToArbitrary(), utc => clocks.All(c => c.Local(utc) == TimeZoneInfo.ConvertTimeFromUtc(utc, TimeZoneInfo.FindSystemTimeZoneById(c.Zone))));
    }

    [Theory]
    [MemberData(nameof(Zones))]
    public void The_changes_of_the_clock_are_met_to_the_tick(string id)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        var clock = In(id);
        for (var hour = new DateTime(2009, 12, 31, 0, 0, 0, DateTimeKind.Utc); hour.Year < 2031; hour = hour.AddMinutes(30))
        {
            var before = hour.AddTicks(-1);
            Assert.Equal(TimeZoneInfo.ConvertTimeFromUtc(before, zone), clock.Local(before));
            Assert.Equal(TimeZoneInfo.ConvertTimeFromUtc(hour, zone), clock.Local(hour));
        }
    }

    [Fact]
    public void An_unspecified_kind_is_taken_as_utc()
    {
        var clock = In("Europe/Amsterdam");

        Assert.Equal(new DateTime(2026, 7, 1, 14, 0, 0), clock.Local(new DateTime(2026, 7, 1, 12, 0, 0, DateTimeKind.Unspecified)));
        Assert.Equal(new DateTime(2026, 7, 1, 14, 0, 0), clock.Local(new DateTime(2026, 7, 1, 12, 0, 0, DateTimeKind.Local)));
    }

    private static TenantCalendar In(string zone) => new(new TenantProfile { TimeZone = TimeZoneInfo.FindSystemTimeZoneById(zone) });
}
