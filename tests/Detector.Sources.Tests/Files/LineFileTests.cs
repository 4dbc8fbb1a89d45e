using System.Text;
using Detector.Engine.Logs;
using Detector.Sources.Files;

namespace Detector.Sources.Tests.Files;

public sealed class LineFileTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Everything that can be wrong with lines, at places that fall on and around block edges.
    private static string Nasty()
    {
        var text = new StringBuilder("\n\n");
        for (var i = 0; i < 600; i++)
        {
            text.Append(Logs.SignIn($"r{i}", i, (i * 131) % 900));
            text.Append(i % 7 == 0 ? "\r\n" : "\n");
            if (i % 11 == 0) text.Append("\r\n\n");
            if (i % 13 == 0) text.Append("{\"time\":\"2026-03-02T08:00:00Z\",\"properties\":{\"id\":\"torn\n");
            if (i % 97 == 0) text.Append(Logs.SignIn($"long{i}", i, 70_000)).Append('\n');
            if (i == 300) text.Append(Logs.SignIn("too-long", i, RecordReader.RecordBytesMax)).Append('\n');
        }

        return text.Append(Logs.SignIn("glued1", 1)).Append(Logs.SignIn("glued2", 2)).Append("\nnot json\n").Append(Logs.SignIn("whole", 3)).Append("\n{\"torn").ToString();
    }

    [Fact]
    public void Workers_and_block_sizes_do_not_change_the_result()
    {
        var path = _folder.Write("a.ndjson", Nasty());
        var expected = Logs.Read(path, workers: 1, blockBytes: FileSourceOptions.BlockBytesMax);
        Assert.Equal(600 + 7 + 2 + 1, expected.Events.Count);

        // 47 torn ones, the too long one, the glued line (its records were salvaged), the one that is no JSON, the torn end.
        Assert.Equal(47 + 4, expected.Rejects.Count);

        foreach (var workers in new[] { 1, 2, 7 })
        {
            foreach (var blockBytes in new[] { 1024, 4097, 65_536, 1024 * 1024 })
            {
                var reading = Logs.Read(path, workers, blockBytes);
                Assert.Equal(expected.Events, reading.Events);
                Assert.Equal(expected.Rejects, reading.Rejects);
                Assert.Equal(expected.Records, reading.Records);
                Assert.Equal(new FileInfo(path).Length, reading.Bytes);
            }
        }
    }

    [Fact]
    public void Compressed_and_piped_lines_read_like_plain_ones()
    {
        var text = Nasty();
        var plain = _folder.Write("a.ndjson", text);
        var expected = Logs.Read(plain);
        var packed = Logs.Read(_folder.Write("a.ndjson.gz", Logs.Gzip(text)));
        Assert.Equal(expected.Ids, packed.Ids);
        Assert.Equal(expected.Rejects, packed.Rejects.Select(r => r.Replace(".gz@", "@", StringComparison.Ordinal)));

        foreach (var bytes in new[] { Encoding.UTF8.GetBytes(text), Logs.Gzip(text) })
        {
            var piped = Logs.Read(new FileSourceOptions { Paths = ["-"], Workers = 2, BlockBytes = 5000, StandardInput = new MemoryStream(bytes) });
            Assert.Equal(expected.Ids, piped.Ids);
            Assert.Equal(expected.Rejects, piped.Rejects.Select(r => r.Replace("-@", $"{plain}@", StringComparison.Ordinal)));
            Assert.False(piped.Progress.HasEnd);
        }
    }

    [Fact]
    public void Rejects_name_their_line_across_blocks()
    {
        var text = Logs.Lines(1000) + "broken\n" + Logs.Lines(1000, "s") + "broken too";
        var reading = Logs.Read(_folder.Write("a.ndjson", text), workers: 3, blockBytes: 1000);
        Assert.Equal([1001, 2002], reading.RejectedRecords.Select(r => r.Place.Line));
        Assert.Equal(text.IndexOf("broken", StringComparison.Ordinal), reading.RejectedRecords[0].Place.Offset);
        Assert.Equal("broken", Encoding.UTF8.GetString(reading.RejectedRecords[0].Bytes.Span));
    }

    [Theory]
    [InlineData(RecordReader.RecordBytesMax, 0)]
    [InlineData(RecordReader.RecordBytesMax + 1, 1)]
    public void A_record_may_be_so_long_and_no_longer(int bytes, int rejects)
    {
        var line = Logs.SignIn("x", 0, bytes - Logs.SignIn("x", 0).Length);
        var path = _folder.Write("a.ndjson", $"{Logs.SignIn("before", 0)}\n{line}\n{Logs.SignIn("after", 0)}\n");
        foreach (var blockBytes in new[] { 1024, 300_000, FileSourceOptions.BlockBytesMax })
        {
            var reading = Logs.Read(path, blockBytes: blockBytes);
            Assert.Equal(rejects, reading.Rejects.Count);
            Assert.Equal(rejects == 0 ? ["before", "x", "after"] : ["before", "after"], reading.Ids);
        }
    }

    [Theory]
    [InlineData(FileSourceOptions.LineBytesMax, "over")]
    [InlineData(FileSourceOptions.LineBytesMax + 1, "The line is longer than")]
    public void A_line_without_end_costs_itself_alone_and_counts_as_a_line(int bytes, string reason)
    {
        var line = Logs.SignIn("x", 0, bytes - Logs.SignIn("x", 0).Length);
        var text = $"{Logs.SignIn("before", 0)}\n{line}\n{Logs.SignIn("after", 0)}\nbroken";
        foreach (var reading in new[] { Logs.Read(_folder.Write("a.ndjson", text), blockBytes: 300_000), Logs.Read(_folder.Write("a.ndjson.gz", Logs.Gzip(text)), blockBytes: 300_000) })
        {
            Assert.Equal(["before", "after"], reading.Ids);
            Assert.Equal([2, 4], reading.RejectedRecords.Select(r => r.Place.Line));
            Assert.Contains(reason, reading.RejectedRecords[0].Reason, StringComparison.Ordinal);
            Assert.Equal(RejectedRecord.BytesKeptMax, reading.RejectedRecords[0].Bytes.Length);
            Assert.Equal(4, reading.Records);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\r\n \n")]
    public void An_empty_file_is_no_fault(string text)
    {
        var reading = Logs.Read(_folder.Write("a.ndjson", text));
        Assert.Empty(reading.Ids);
        Assert.Empty(reading.Rejects);
        Assert.Equal(1, reading.Progress.FilesDone);
    }

    [Fact]
    public void Byte_order_marks_are_passed_over_and_utf16_is_understood()
    {
        var text = Logs.Lines(30);
        var expected = Logs.Read(_folder.Write("plain.ndjson", text)).Ids;
        byte[][] files =
        [
            [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)],
            [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)],
            [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(text)],
            Encoding.Unicode.GetBytes(text),
        ];
        for (var i = 0; i < files.Length; i++)
        {
            var reading = Logs.Read(_folder.Write($"{i}.ndjson", files[i]), blockBytes: 1024);
            Assert.Equal(expected, reading.Ids);
            Assert.Empty(reading.Rejects);
        }
    }

    [Fact]
    public void A_torn_compressed_file_gives_what_it_has_and_says_that_it_is_damaged()
    {
        var packed = Logs.Gzip(Logs.Lines(2000, padding: 900));
        var whole = Logs.Read(_folder.Write("whole.ndjson.gz", packed));
        var torn = Logs.Read(_folder.Write("torn.ndjson.gz", packed[..(packed.Length / 2)]));
        Assert.InRange(torn.Ids.Count, 500, 1500);
        Assert.Equal(whole.Ids.Take(torn.Ids.Count), torn.Ids);
        Assert.Contains("damaged", torn.Rejects[^1], StringComparison.Ordinal);
        Assert.InRange(torn.Rejects.Count, 1, 2);

        packed[packed.Length / 2] ^= 0x55;
        Assert.Contains(Logs.Read(_folder.Write("flipped.ndjson.gz", packed)).Rejects, r => r.Contains("damaged", StringComparison.Ordinal));
        Assert.Contains("damaged", Assert.Single(Logs.Read(_folder.Write("head.gz", packed[..9])).Rejects), StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_files_that_were_glued_are_read_through()
    {
        var glued = _folder.Write("glued.ndjson.gz", [.. Logs.Gzip(Logs.Lines(50)), .. Logs.Gzip(Logs.Lines(50, "s"))]);
        var reading = Logs.Read(glued);
        Assert.Equal(100, reading.Ids.Count);
        Assert.Equal(new FileInfo(glued).Length, reading.Bytes);
    }

    [Fact]
    public void Files_that_were_glued_without_a_line_end_lose_nothing()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes(Logs.Lines(3).TrimEnd()), .. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(Logs.Lines(3, "s"))];
        Assert.Equal(["r0", "r1", "r2", "s0", "s1", "s2"], Logs.Read(_folder.Write("a.ndjson", bytes)).Ids);
    }
}
