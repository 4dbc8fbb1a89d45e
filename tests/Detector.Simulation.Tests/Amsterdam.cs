using Xunit;

namespace Detector.Simulation.Tests;

/// <summary>The Dutch clock by the time zone database, to check the simulation's own against.</summary>
internal static class Amsterdam
{
    private static readonly TimeZoneInfo s_zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");

    public static DateTime Of(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(utc, s_zone);
}

public sealed class LocalClockTests
{
    [Fact]
    public void The_clock_is_that_of_the_time_zone_database_around_every_change()
    {
        for (var hour = new DateTime(1999, 12, 31, 0, 0, 0, DateTimeKind.Utc); hour.Year < 2037; hour = hour.AddHours(1))
        {
            Assert.Equal(Amsterdam.Of(hour), Tenant.LocalClock.Local(hour));
            Assert.Equal(Amsterdam.Of(hour.AddTicks(-1)), Tenant.LocalClock.Local(hour.AddTicks(-1)));
        }
    }

    [Fact]
    public void Holidays_are_those_of_the_engine()
    {
        for (var year = 2014; year < 2150; year++)
        {
            var holidays = Engine.Enrichment.DutchHolidays.Of(year).Select(holiday => holiday.Date).ToHashSet();
            for (var day = new DateTime(year, 1, 1); day.Year == year; day = day.AddDays(1))
                Assert.Equal(holidays.Contains(DateOnly.FromDateTime(day)), Tenant.LocalClock.IsHoliday(day.AddHours(13)));
        }
    }

    [Fact]
    public void A_local_time_is_found_back()
    {
        for (var local = new DateTime(2026, 1, 1, 4, 0, 0); local.Year == 2026; local = local.AddHours(7.75))
            Assert.Equal(local, Tenant.LocalClock.Local(Tenant.LocalClock.Utc(local)));
    }
}
