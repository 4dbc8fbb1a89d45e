using Detector.Engine.Enrichment;
using Detector.Engine.Logs;
using Xunit;

namespace Detector.Engine.Tests.Enrichment;

public sealed class EnricherTimeTests
{
    [Theory]
    [InlineData("2026-03-03T07:59:59.9999999+01:00", "true", "7")]
    [InlineData("2026-03-03T08:00:00.0000000+01:00", "false", "8")]
    [InlineData("2026-03-03T17:59:59.9999999+01:00", "false", "17")]
    [InlineData("2026-03-03T18:00:00.0000000+01:00", "true", "18")]
    [InlineData("2026-07-03T08:00:00.0000000+02:00", "false", "8")]
    [InlineData("2026-07-03T18:00:00.0000000+02:00", "true", "18")]
    public void Hours_begin_in_and_end_out(string time, string offHours, string hour)
    {
        var logged = Tenants.At(time);

        Assert.Equal(offHours, logged.Text(CanonicalField.TimeOffHours));
        Assert.Equal(hour, logged.Text(CanonicalField.TimeHour));
        Assert.Equal(offHours == "true" ? "false" : "true", logged.Text(CanonicalField.TimeWorking));
    }

    [Theory]
    [InlineData("2026-03-06T23:59:59.9999999+01:00", "Friday", "false")]
    [InlineData("2026-03-07T00:00:00.0000000+01:00", "Saturday", "true")]
    [InlineData("2026-03-08T23:59:59.9999999+01:00", "Sunday", "true")]
    [InlineData("2026-03-09T00:00:00.0000000+01:00", "Monday", "false")]
    [InlineData("2026-07-03T22:00:00.0000000Z", "Saturday", "true")] // Friday still in UTC
    public void The_weekend_is_by_the_local_date(string time, string day, string weekend)
    {
        var logged = Tenants.At(time);

        Assert.Equal(day, logged.Text(CanonicalField.TimeDayOfWeek));
        Assert.Equal(weekend, logged.Text(CanonicalField.TimeWeekend));
    }

    [Theory]
    [InlineData("2026-03-29T00:59:59.9999999Z", "1")]
    [InlineData("2026-03-29T01:00:00.0000000Z", "3")] // the clock jumps from 2 to 3
    [InlineData("2026-10-24T23:59:59.9999999Z", "1")]
    [InlineData("2026-10-25T00:00:00.0000000Z", "2")] // 2 o'clock, the first time
    [InlineData("2026-10-25T00:59:59.9999999Z", "2")]
    [InlineData("2026-10-25T01:00:00.0000000Z", "2")] // and again
    [InlineData("2026-10-25T02:00:00.0000000Z", "3")]
    public void The_hour_follows_both_changes_of_the_clock(string time, string hour) =>
        Assert.Equal(hour, Tenants.At(time).Text(CanonicalField.TimeHour));

    [Theory]
    [InlineData("2026-03-27T07:00:00Z", "false")] // 08:00 in winter time
    [InlineData("2026-03-27T06:00:00Z", "true")]
    [InlineData("2026-03-30T06:00:00Z", "false")] // 08:00 in summer time
    [InlineData("2026-10-23T06:00:00Z", "false")]
    [InlineData("2026-10-26T06:00:00Z", "true")]
    public void Business_hours_move_with_the_clock(string time, string offHours) =>
        Assert.Equal(offHours, Tenants.At(time).Text(CanonicalField.TimeOffHours));

    [Theory]
    [InlineData("2026-04-27T11:00:00+02:00", "true", "false")] // Koningsdag, a Monday
    [InlineData("2026-04-28T11:00:00+02:00", "false", "true")]
    [InlineData("2026-04-26T23:59:59+02:00", "false", "false")]
    public void A_holiday_is_no_working_time(string time, string holiday, string working)
    {
        var logged = Tenants.At(time);

        Assert.Equal(holiday, logged.Text(CanonicalField.TimeHoliday));
        Assert.Equal(working, logged.Text(CanonicalField.TimeWorking));
    }

    [Theory]
    [InlineData("22:00", "06:00", "2026-03-03T21:59:59.9999999+01:00", "true")]
    [InlineData("22:00", "06:00", "2026-03-03T22:00:00+01:00", "false")]
    [InlineData("22:00", "06:00", "2026-03-04T00:00:00+01:00", "false")]
    [InlineData("22:00", "06:00", "2026-03-04T05:59:59.9999999+01:00", "false")]
    [InlineData("22:00", "06:00", "2026-03-04T06:00:00+01:00", "true")]
    [InlineData("08:00", "00:00", "2026-03-04T23:59:59.9999999+01:00", "false")]
    [InlineData("08:00", "00:00", "2026-03-04T00:00:00+01:00", "true")]
    [InlineData("00:00", "00:00", "2026-03-04T03:00:00+01:00", "false")] // round the clock
    public void Hours_may_run_over_midnight(string start, string end, string time, string offHours)
    {
        var night = Tenants.Contoso with
        {
            BusinessStart = TimeOnly.ParseExact(start, "HH:mm", null),
            BusinessEnd = TimeOnly.ParseExact(end, "HH:mm", null),
        };

        Assert.Equal(offHours, Tenants.At(time, night).Text(CanonicalField.TimeOffHours));
    }

    [Fact]
    public void Off_hours_are_by_the_clock_alone_even_on_sunday()
    {
        var logged = Tenants.At("2026-03-01T11:00:00+01:00");

        Assert.Equal("false", logged.Text(CanonicalField.TimeOffHours));
        Assert.Equal("true", logged.Text(CanonicalField.TimeWeekend));
        Assert.Equal("false", logged.Text(CanonicalField.TimeWorking));
    }

    [Fact]
    public void The_weekend_is_the_tenants()
    {
        var tenant = Tenants.Contoso with { Weekend = new HashSet<DayOfWeek> { DayOfWeek.Friday } };

        Assert.Equal("true", Tenants.At("2026-03-06T11:00:00+01:00", tenant).Text(CanonicalField.TimeWeekend));
        Assert.Equal("false", Tenants.At("2026-03-07T11:00:00+01:00", tenant).Text(CanonicalField.TimeWeekend));
    }

    [Fact]
    public void The_calendar_says_what_alerts_print()
    {
        var calendar = new TenantCalendar(Tenants.Contoso);
        var night = new DateTime(2026, 3, 1, 22, 10, 4, DateTimeKind.Utc);

        Assert.Equal("23:10 Europe/Amsterdam", calendar.Clock(calendar.Local(night)));
        Assert.Equal(DayOfWeek.Sunday, calendar.Local(night).DayOfWeek);
        Assert.Null(calendar.HolidayOf(calendar.Local(night)));
        Assert.Equal("Koningsdag", calendar.HolidayOf(calendar.Local(new DateTime(2026, 4, 26, 22, 0, 0, DateTimeKind.Utc))));
    }

    [Theory]
    [InlineData("1990-01-01T00:00:00Z")]
    [InlineData("2200-01-01T00:00:00Z")]
    public void The_ends_of_what_is_read_have_a_local_time(string time)
    {
        Assert.NotNull(Tenants.At(time).Text(CanonicalField.TimeHour));
        var west = Tenants.Contoso with { TimeZone = TimeZoneInfo.FindSystemTimeZoneById("America/Los_Angeles") };
        Assert.NotNull(Tenants.At(time, west).Text(CanonicalField.TimeHour));
    }
}
