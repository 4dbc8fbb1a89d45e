using Detector.Engine.Enrichment;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Engine.Tests.Enrichment;

public sealed class HolidayTests
{
    private static readonly HolidayCalendar s_dutch = HolidayCalendar.Dutch;

    [Theory]
    [InlineData("1990-04-15")]
    [InlineData("1999-04-04")]
    [InlineData("2000-04-23")]
    [InlineData("2008-03-23")] // the earliest for most of us
    [InlineData("2011-04-24")]
    [InlineData("2024-03-31")]
    [InlineData("2025-04-20")]
    [InlineData("2026-04-05")]
    [InlineData("2027-03-28")]
    [InlineData("2030-04-21")]
    [InlineData("2038-04-25")] // the latest there is
    [InlineData("2049-04-18")] // both exceptions of the moon's table
    [InlineData("2076-04-19")]
    [InlineData("2100-03-28")]
    [InlineData("2285-03-22")] // the earliest there is
    public void Easter_is_where_the_almanac_has_it(string date)
    {
        var sunday = Day(date);

        Assert.Equal("Eerste paasdag", s_dutch.NameOf(sunday));
        Assert.Equal("Tweede paasdag", s_dutch.NameOf(sunday.AddDays(1)));
        Assert.Null(s_dutch.NameOf(sunday.AddDays(-1)));
    }

    [Property(MaxTest = 500)]
    public Property Easter_is_a_sunday_from_22_march_to_25_april() => Prop.ForAll(
        Gen.Choose(1583, 9999).ToArbitrary(),
        year =>
        {
            var sunday = DutchHolidays.Easter(year);
            return sunday.DayOfWeek == DayOfWeek.Sunday && sunday >= new DateOnly(year, 3, 22) && sunday <= new DateOnly(year, 4, 25);
        });

    [Fact]
    public void Moving_days_keep_their_distance_from_easter_in_every_year()
    {
        for (var year = 1990; year <= 2100; year++)
        {
            var easter = DutchHolidays.Easter(year);
            Assert.Equal("Goede Vrijdag", s_dutch.NameOf(easter.AddDays(-2)));
            Assert.Equal("Eerste pinksterdag", s_dutch.NameOf(easter.AddDays(49)));
            Assert.Equal("Tweede pinksterdag", s_dutch.NameOf(easter.AddDays(50)));
            Assert.Equal(DayOfWeek.Monday, easter.AddDays(50).DayOfWeek);
            Assert.Equal(DayOfWeek.Thursday, easter.AddDays(39).DayOfWeek);
            Assert.NotNull(s_dutch.NameOf(easter.AddDays(39)));
        }
    }

    // Ascension Day may meet Koninginnedag or Liberation Day; no other two days can.
    [Fact]
    public void Every_year_has_its_eleven_days()
    {
        for (var year = 1990; year <= 2100; year++)
        {
            var ascension = DutchHolidays.Easter(year).AddDays(39);
            var meets = ascension == new DateOnly(year, 5, 5) || (year < 2014 && ascension == new DateOnly(year, 4, 30));
            Assert.Equal(meets ? 10 : 11, DaysIn(s_dutch, year).Count);
        }
    }

    [Fact]
    public void The_days_of_2026_are_those_of_the_calendar()
    {
        string[] expected =
        [
            "2026-01-01 Nieuwjaarsdag", "2026-04-03 Goede Vrijdag", "2026-04-05 Eerste paasdag", "2026-04-06 Tweede paasdag",
            "2026-04-27 Koningsdag", "2026-05-05 Bevrijdingsdag", "2026-05-14 Hemelvaartsdag", "2026-05-24 Eerste pinksterdag",
            "2026-05-25 Tweede pinksterdag", "2026-12-25 Eerste kerstdag", "2026-12-26 Tweede kerstdag",
        ];

        Assert.Equal(expected, DaysIn(s_dutch, 2026));
    }

    [Theory]
    [InlineData("2014-04-26", "Koningsdag")] // the 27th was a Sunday, in the first year of the king
    [InlineData("2014-04-27", null)]
    [InlineData("2015-04-27", "Koningsdag")]
    [InlineData("2025-04-26", "Koningsdag")]
    [InlineData("2025-04-27", null)]
    [InlineData("2013-04-30", "Koninginnedag")]
    [InlineData("2013-04-27", null)]
    [InlineData("2006-04-29", "Koninginnedag")] // the 30th was a Sunday
    [InlineData("2006-04-30", null)]
    [InlineData("2014-04-30", null)]
    public void The_kings_day_gives_way_to_sunday(string date, string? name) => Assert.Equal(name, s_dutch.NameOf(Day(date)));

    [Theory]
    [InlineData("2025-05-05", "Bevrijdingsdag")]
    [InlineData("2026-05-05", null)]
    [InlineData("2026-04-03", null)]
    [InlineData("2026-12-26", "Tweede kerstdag")]
    public void Employers_give_no_good_friday_and_liberation_day_every_fifth_year(string date, string? name) =>
        Assert.Equal(name, new HolidayCalendar(DutchHolidays.OfEmployers).NameOf(Day(date)));

    [Fact]
    public void Of_two_days_on_one_date_one_stays_when_the_other_is_removed()
    {
        Assert.Equal("Bevrijdingsdag", s_dutch.NameOf(Day("2016-05-05")));
        Assert.Equal("Hemelvaartsdag", new HolidayCalendar(DutchHolidays.Of, removedNames: ["Bevrijdingsdag"]).NameOf(Day("2016-05-05")));
    }

    [Fact]
    public void A_tenant_adds_and_removes()
    {
        var calendar = new HolidayCalendar(
            DutchHolidays.Of,
            [(Day("2026-12-31"), "Closing day"), (Day("2026-04-27"), "Own day")],
            [Day("2026-05-05")],
            ["goede vrijdag", "Koningsdag"]);

        Assert.Equal("Closing day", calendar.NameOf(Day("2026-12-31")));
        Assert.Equal("Own day", calendar.NameOf(Day("2026-04-27")));
        Assert.Null(calendar.NameOf(Day("2027-04-27")));
        Assert.Null(calendar.NameOf(Day("2027-03-26")));
        Assert.Null(calendar.NameOf(Day("2026-05-05")));
        Assert.Equal("Bevrijdingsdag", calendar.NameOf(Day("2027-05-05")));
    }

    [Fact]
    public void No_day_of_the_calendar_throws()
    {
        foreach (var date in new[] { DateOnly.MinValue, DateOnly.MaxValue, Day("0001-04-30"), Day("9999-04-26") }) _ = s_dutch.NameOf(date);
        Assert.Null(HolidayCalendar.None.NameOf(Day("2026-12-25")));
    }

    private static List<string> DaysIn(HolidayCalendar calendar, int year) =>
    [
        .. Enumerable.Range(0, DateTime.IsLeapYear(year) ? 366 : 365)
            .Select(n => new DateOnly(year, 1, 1).AddDays(n))
            .Where(d => calendar.NameOf(d) is not null)
            .Select(d => $"{d:yyyy-MM-dd} {calendar.NameOf(d)}"),
    ];

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", null);
}
