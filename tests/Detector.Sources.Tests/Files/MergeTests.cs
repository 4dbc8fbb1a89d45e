using Detector.Sources.Files;

namespace Detector.Sources.Tests.Files;

public sealed class MergeTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Reading ReadFolder(int workers = 2, int blockBytes = 2000, int openFilesMax = 512) =>
        Logs.Read(new FileSourceOptions { Paths = [_folder.Path], Workers = workers, BlockBytes = blockBytes, OpenFilesMax = openFilesMax });

    [Fact]
    public void Files_are_merged_by_event_time_each_in_its_own_order()
    {
        _folder.Write("audit.ndjson", Logs.Lines(100, "a", first: 0, step: 2));
        _folder.Write("signin.ndjson", Logs.Lines(100, "s", first: 1, step: 2));
        var expected = Enumerable.Range(0, 100).SelectMany(i => new[] { $"a{i}", $"s{i}" });
        Assert.Equal(expected, ReadFolder().Ids);
    }

    [Fact]
    public void Ties_go_by_the_order_of_the_paths()
    {
        _folder.Write("b.ndjson", Logs.Lines(3, "b"));
        _folder.Write("a.ndjson", Logs.Lines(3, "a"));
        _folder.Write("a/z.ndjson.gz", Logs.Gzip(Logs.Lines(3, "z")));
        Assert.Equal(["a0", "z0", "b0", "a1", "z1", "b1", "a2", "z2", "b2"], ReadFolder().Ids);
    }

    [Fact]
    public void Neither_workers_nor_blocks_change_the_order()
    {
        for (var hour = 0; hour < 30; hour++)
        {
            foreach (var kind in new[] { "x", "y", "z" })
            {
                var text = Logs.Lines(60, $"{kind}{hour}-", first: hour * 60) + (hour % 4 == 0 ? "broken\n" : "");
                if (hour % 3 == 0) _folder.Write($"{kind}/{hour}.ndjson.gz", Logs.Gzip(text));
                else _folder.Write($"{kind}/{hour}.ndjson", text);
            }
        }

        var expected = ReadFolder(workers: 1, blockBytes: 1_000_000);
        Assert.Equal(30 * 60 * 3, expected.Ids.Count);
        Assert.Equal(8 * 3, expected.Rejects.Count);
        Assert.Equal(90, expected.Progress.FilesDone);
        foreach (var workers in new[] { 1, 2, 7 })
        {
            foreach (var blockBytes in new[] { 1024, 10_000 })
            {
                var reading = ReadFolder(workers, blockBytes);
                Assert.Equal(expected.Events, reading.Events);
                Assert.Equal(expected.Rejects.Order(StringComparer.Ordinal), reading.Rejects.Order(StringComparer.Ordinal));
                Assert.Equal(expected.Bytes, reading.Bytes);
            }
        }
    }

    [Fact]
    public void Files_that_follow_each_other_need_one_open_at_a_time()
    {
        for (var hour = 0; hour < 20; hour++) _folder.Write($"{20 - hour:00}.ndjson", Logs.Lines(60, $"h{hour}-", first: hour * 60));
        var expected = Enumerable.Range(0, 20).SelectMany(hour => Enumerable.Range(0, 60).Select(i => $"h{hour}-{i}")).ToList();
        Assert.Equal(expected, ReadFolder().Ids);
        Assert.Equal(expected, ReadFolder(openFilesMax: 1).Ids);
    }

    [Fact]
    public void A_file_without_a_single_record_delays_nothing()
    {
        _folder.Write("a.ndjson", Logs.Lines(10, "a"));
        _folder.Write("garbage.ndjson", string.Concat(Enumerable.Repeat("garbage\n", 5000)));
        _folder.Write("empty.json", "");
        var reading = ReadFolder();
        Assert.Equal(10, reading.Ids.Count);
        Assert.Equal(5000, reading.Rejects.Count);
        Assert.Equal(5010, reading.Progress.Records);
        Assert.Equal(5000, reading.Progress.Rejects);
    }

    [Fact]
    public void All_formats_merge()
    {
        _folder.Write("a.ndjson", Logs.Lines(2, "a", first: 0, step: 10));
        _folder.Write("b.json", $"[{Logs.SignIn("b0", 5)},{Logs.SignIn("b1", 15)}]");
        _folder.Write("c.csv", "TimeGenerated,Id\n2026-03-02T08:03:00Z,c0\n2026-03-02T08:12:00Z,c1\n");
        _folder.Write("notes.txt", "not a log");
        Assert.Equal(["a0", "c0", "b0", "a1", "c1", "b1"], ReadFolder().Ids);
    }
}
