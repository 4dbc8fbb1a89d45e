using System.Globalization;
using Detector.Host.Replay;

namespace Detector.Host.Tests.Replay;

public sealed class TimeArgumentTests
{
    private static readonly TimeZoneInfo s_amsterdam = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");

    [Theory]
    [InlineData("2026-03-01", "2026-02-28T23:00:00Z")]
    [InlineData("2026-07-01", "2026-06-30T22:00:00Z")]
    [InlineData("2026-03-01T22:00", "2026-03-01T21:00:00Z")]
    [InlineData("2026-03-01T22:00:00.1234567", "2026-03-01T21:00:00.1234567Z")]
    [InlineData("2026-03-01T22:00Z", "2026-03-01T22:00:00Z")]
    [InlineData("2026-03-01T22:00:00+05:30", "2026-03-01T16:30:00Z")]
    [InlineData("2026-03-29T02:30", "2026-03-29T01:00:00Z")]
    [InlineData("2026-10-25T02:30", "2026-10-25T00:30:00Z")]
    [InlineData("0001-01-01", "0001-01-01T00:00:00Z")]
    public void Times_without_an_offset_are_the_tenants(string text, string utc)
    {
        Assert.True(TimeArgument.TryParse(text, s_amsterdam, out var parsed));
        Assert.Equal(DateTime.Parse(utc, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal), parsed);
        Assert.Equal(DateTimeKind.Utc, parsed.Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("01-03-2026")]
    [InlineData("2026-13-01")]
    [InlineData("2026-03-01T25:00")]
    public void Other_texts_are_no_times(string text) => Assert.False(TimeArgument.TryParse(text, s_amsterdam, out _));
}
