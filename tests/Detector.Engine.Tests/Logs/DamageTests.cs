using System.Text;
using Detector.Engine.Logs;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Engine.Tests.Logs;

public sealed class DamageTests
{
    private const string Good = """{"time":"2026-01-01T00:00:00Z","category":"AuditLogs","properties":{"id":"good"}}""";

    [Theory]
    [InlineData("""{"time":"2026-01-01T00:00:00Z","properties":{"id":"x" "y":1}}""", "byte 54")]
    [InlineData("""{"time":"2026-01-01T00:00:00Z","properties":{"id":"x"}""", "too early")]
    [InlineData("""{"time":"2026-01-01T00:00:00Z","a":tru}""", "a value was expected")]
    [InlineData("""{"time":"2026-01-01T00:00:00Z","category":"\x"}""", "escape")]
    [InlineData("""{"category":"AuditLogs"}""", "no readable time")]
    [InlineData("""{"time":"2026-13-01T00:00:00Z"}""", "no readable time")]
    [InlineData("\"text\"", "not a JSON object")]
    [InlineData("17", "not a JSON object")]
    [InlineData("null", "not a JSON object")]
    public void Bad_record_says_what_and_where(string record, string expected) => Assert.Contains(expected, Reading.Rejected(record), StringComparison.Ordinal);

    [Fact]
    public void What_follows_a_record_is_rejected_and_the_record_kept()
    {
        var batch = Reading.Lines(Good + "x");
        Assert.Equal("good", Assert.Single(batch.Events).Event.Id);
        Assert.Contains("something follows the record", Assert.Single(batch.Rejects).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_utf8_is_rejected_with_its_place()
    {
        var bytes = Encoding.UTF8.GetBytes(Good + "\n" + Good + "\n" + Good);
        bytes[Good.Length + 1 + 20] = 0xFF;
        var batch = Reading.Lines(bytes);
        Assert.Equal((3L, 2), (batch.Records, batch.Events.Count));
        var reject = Assert.Single(batch.Rejects);
        Assert.Contains("UTF-8 at byte 20", reject.Reason, StringComparison.Ordinal);
        Assert.Equal(new RecordPlace("test", Good.Length + 1, 2), reject.Place);
    }

    [Theory]
    [InlineData(63, false)]
    [InlineData(64, false)]
    [InlineData(65, true)]
    public void Nesting_is_limited_to_64(int depth, bool rejected)
    {
        var record = "{\"time\":\"2026-01-01T00:00:00Z\",\"x\":" + new string('[', depth - 1) + new string(']', depth - 1) + "}";
        Assert.Equal(rejected ? 1 : 0, Reading.Lines(record).Rejects.Count);
    }

    [Fact]
    public void Blank_lines_marks_and_carriage_returns_are_no_records()
    {
        var batch = Reading.Lines("\uFEFF" + Good + "\r\n\r\n  \n" + Good);
        Assert.Equal((2L, 2, 0), (batch.Records, batch.Events.Count, batch.Rejects.Count));
        Assert.Equal([3L, Good.Length + 3 + 4 + 3L], batch.Events.Select(e => e.Event.Place.Offset));
        Assert.Equal([1L, 4L], batch.Events.Select(e => e.Event.Place.Line));
    }

    [Fact]
    public void Hostile_starts_do_not_make_the_search_slow()
    {
        var batch = Reading.Lines(string.Concat(Enumerable.Repeat("{\"time\":", 200_000)));
        Assert.Equal((1L, 1), (batch.Records, batch.Rejects.Count));
        Assert.Equal(RejectedRecord.BytesKeptMax, batch.Rejects[0].Bytes.Length);
    }

    [Property(MaxTest = 3000)]
    public bool A_mutated_line_leaves_the_other_lines_alone(int at, byte value, int cut)
    {
        var golden = Encoding.UTF8.GetBytes((at & 1) == 0 ? Golden.Activation : (at & 2) == 0 ? Golden.Row(Golden.SignIn, true) : Golden.SignIn);
        var place = (int)(unchecked((uint)at) % (uint)golden.Length);
        golden[place] = value == '\n' ? (byte)'x' : value;
        if (cut % 3 == 0) golden = golden[..place];
        var batch = Reading.Lines([.. Encoding.UTF8.GetBytes(Good + "\n"), .. golden, .. Encoding.UTF8.GetBytes("\n" + Good)]);
        return batch.Events.Count(e => e.Event.Id == "good") == 2 && batch.Records is 2 or 3;
    }

    [Property(MaxTest = 1000)]
    public bool Any_bytes_give_no_exception(byte[] noise)
    {
        Reading.Lines(noise);
        return Reading.Lines([.. noise, .. Encoding.UTF8.GetBytes("\n" + Good)]).Events.Any(e => e.Event.Id == "good");
    }
}
