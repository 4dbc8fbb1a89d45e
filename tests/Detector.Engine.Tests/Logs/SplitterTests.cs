using System.Text;
using Detector.Engine.Logs;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Engine.Tests.Logs;

public sealed class SplitterTests
{
    private static readonly string[] s_records =
    [
        """{"time":"1","a":"} ] \" {","b":{"c":[1,{"d":"\\"}]}}""",
        """{ "time" : "2" }""",
        """{"time":"3","text":"é – \\\\\" [["}""",
        """{"time":"4","long":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{"}""",
    ];

    public static TheoryData<string> Containers() =>
    [
        "[" + string.Join(",", s_records) + "]",
        "{\"records\":[" + string.Join(" ,\n ", s_records) + "]}",
        "{ \"@odata.context\" : \"https://x/{a}[b]\" , \"value\" : [" + string.Join(",", s_records) + "], \"@odata.nextLink\":\"https://y/\\\"{\"}\n",
        string.Join("", s_records),
        string.Join("\r\n", s_records) + "\n",
        "\uFEFF[\n  " + string.Join(",\n  ", s_records) + "\n]\n",
    ];

    [Theory]
    [MemberData(nameof(Containers))]
    public void Records_are_the_same_wherever_the_blocks_are_cut(string container)
    {
        var bytes = Encoding.UTF8.GetBytes(container);
        for (var cut = 0; cut <= bytes.Length; cut++) Assert.Equal(s_records, Split(bytes, cut));
        for (var size = 1; size < 70; size++) Assert.Equal(s_records, Split(bytes, size, every: true));
    }

    [Fact]
    public void After_a_torn_record_the_next_ones_are_found()
    {
        var text = "[" + s_records[0] + ",{\"time\":\"torn\",\"x\":\"ab" + s_records[1] + "," + s_records[2] + "]";
        var ranges = new List<RecordRange>();
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.Equal(bytes.Length, new JsonStreamSplitter().Split(bytes, isLast: true, ranges));
        Assert.Equal([s_records[0], s_records[2]], ranges.Where(r => r.Fault is null).Select(r => Text(bytes, r)).Where(t => t == s_records[0] || t == s_records[2]));
        Assert.Contains(ranges, r => r.Fault is not null);
    }

    [Theory]
    [InlineData(-1, 3, 0)]
    [InlineData(0, 3, 0)]
    [InlineData(1, 2, 1)]
    public void A_record_may_have_two_mebibytes(int over, int records, int rejects)
    {
        var big = "{\"time\":\"2026-01-01T00:00:00Z\",\"x\":\"\"}";
        big = big.Insert(big.Length - 2, new string('y', RecordReader.RecordBytesMax + over - big.Length));
        var small = "{\"time\":\"2026-01-01T00:00:00Z\"}";
        var bytes = Encoding.UTF8.GetBytes("[" + small + "," + big + "," + small + "]");
        var splitter = new JsonStreamSplitter();
        var batch = new EventBatch { Source = "test" };
        var reader = new RecordReader(Reading.Everything());
        var carry = Array.Empty<byte>();
        for (var at = 0; at < bytes.Length;)
        {
            var step = Math.Min(700_000, bytes.Length - at);
            byte[] block = [.. carry, .. bytes.AsSpan(at, step)];
            at += step;
            var ranges = new List<RecordRange>();
            var used = splitter.Split(block, at == bytes.Length, ranges);
            reader.ReadRanges(block, ranges, 0, batch);
            carry = block[used..];
            Assert.InRange(carry.Length, 0, JsonStreamSplitter.CarryBytesMax);
        }

        Assert.Equal((records, rejects), (batch.Events.Count, batch.Rejects.Count));
        var lines = Reading.Lines(Encoding.UTF8.GetBytes(small + "\n" + big + "\n" + small));
        Assert.Equal((records, rejects), (lines.Events.Count, lines.Rejects.Count));
    }

    [Property(MaxTest = 500)]
    public bool Any_bytes_are_split_without_an_exception_and_to_the_end(byte[] noise, int size)
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("[" + s_records[0]), .. noise, .. Encoding.UTF8.GetBytes(s_records[1])];
        return Split(bytes, Math.Abs(size % 40) + 1, every: true).Count >= 0;
    }

    private static List<string> Split(byte[] bytes, int size, bool every = false)
    {
        var splitter = new JsonStreamSplitter();
        var found = new List<string>();
        var carry = Array.Empty<byte>();
        for (var at = 0; at < bytes.Length || at == 0;)
        {
            var step = Math.Min(every || at == 0 ? size : bytes.Length, bytes.Length - at);
            byte[] block = [.. carry, .. bytes.AsSpan(at, step)];
            at += step;
            var ranges = new List<RecordRange>();
            var isLast = at == bytes.Length;
            var used = splitter.Split(block, isLast, ranges);
            found.AddRange(ranges.Where(r => r.Fault is null).Select(r => Text(block, r)));
            carry = block[used..];
            if (isLast) Assert.Empty(carry);
            if (at == 0 && step == 0) size = bytes.Length;
        }

        return found;
    }

    private static string Text(byte[] block, RecordRange range) => Encoding.UTF8.GetString(block, range.Start, range.Length);
}
