using System.Text;
using Detector.Engine.Logs;
using Xunit;

namespace Detector.Engine.Tests.Logs;

public sealed class RecordTimeTests
{
    [Theory]
    [InlineData("2026-03-01T22:10:04.1234567Z", "2026-03-01T22:10:04.1234567Z")]
    [InlineData("2026-03-01T22:10:04Z", "2026-03-01T22:10:04.0000000Z")]
    [InlineData("2026-03-01T22:10:04.1+01:00", "2026-03-01T21:10:04.1000000Z")]
    [InlineData("2026-03-01T00:10:04-0530", "2026-03-01T05:40:04.0000000Z")]
    [InlineData("2024-12-16 16:32:16.087554999", "2024-12-16T16:32:16.0875549Z")]
    [InlineData("3/24/2022 2:42:35 PM", "2022-03-24T14:42:35.0000000Z")]
    [InlineData("12/1/2022, 12:00:00.500 AM", "2022-12-01T00:00:00.5000000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z")]
    public void Times_are_read_as_utc(string text, string expected)
    {
        Assert.True(RecordTime.TryParse(Encoding.UTF8.GetBytes(text), out var time));
        Assert.Equal((expected, DateTimeKind.Utc), (RecordTime.Format(time), time.Kind));
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday evening")]
    [InlineData("2026-02-29T00:00:00Z")]
    [InlineData("2026-01-01T24:00:00Z")]
    [InlineData("2026-01-01T00:60:00Z")]
    [InlineData("2026-01-01T00:00:00+99:00")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("13/13/2022 2:42:35 PM")]
    [InlineData("1/1/2022 13:42:35 PM")]
    [InlineData("2026-01-01T00:00:00 nonsense")]
    public void What_is_no_time_is_refused(string text) => Assert.False(RecordTime.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void The_first_time_of_a_file_is_found_in_every_shape()
    {
        var expected = new DateTime(2026, 3, 1, 22, 10, 4, DateTimeKind.Utc).AddTicks(1234567);
        foreach (var text in new[] { Golden.Activation, Golden.Graph(Golden.Activation), Golden.Row(Golden.Activation, true), $"[{Golden.Activation}]", $"{{\"records\":[{Golden.Activation}]}}", $"{{\"value\":[{Golden.Graph(Golden.Activation)}]}}", Golden.Activation[..300] })
        {
            Assert.True(RecordTime.TryPeek(Encoding.UTF8.GetBytes(text), out var time));
            Assert.Equal(expected, time);
        }

        Assert.False(RecordTime.TryPeek("{\"a\":1}"u8, out _));
    }
}
