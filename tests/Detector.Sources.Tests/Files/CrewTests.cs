using System.Text;
using Detector.Engine.Logs;
using Detector.Sources.Files;
using FsCheck.Xunit;

namespace Detector.Sources.Tests.Files;

public sealed class CrewTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Property]
    public void Blocks_of_a_file_are_its_bytes_and_begin_at_lines(byte[] bytes, byte seed)
    {
        // Line ends often enough to matter.
        var text = bytes.Select(b => b % 5 == 0 ? (byte)'\n' : b).ToArray();
        var size = 1 + (seed % 40);
        using var handle = File.OpenHandle(_folder.Write("any", text));
        using var blocks = new LineBlocks("any", handle, 0, text.Length, size);
        var block = new Block(16);
        var all = new List<byte>();
        long disk = 0;
        for (var i = 0; i < blocks.Count; i++)
        {
            Assert.True(blocks.Fill(i, block));
            Assert.True(block.Length == 0 || (block.Offset == all.Count && (all.Count == 0 || all[^1] == '\n')));
            all.AddRange(block.Bytes.ToArray());
            disk += block.DiskBytes;
        }

        Assert.Equal(text, all);
        Assert.Equal(text.Length, disk);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_failing_disk_is_told_once_with_the_name_after_what_was_read(int workers)
    {
        using var crew = new Crew(Logs.Everything, 1024);
        crew.Start(workers - 1);
        var lane = new Lane(new FailingBlocks(failAt: 10), 4);
        crew.Add(lane);
        var read = 0;
        var thrown = Assert.Throws<InputException>(() =>
        {
            while (crew.Next(lane, TestContext.Current.CancellationToken) is { } batch)
            {
                read += batch.Events.Count;
                crew.Return(lane, batch);
            }
        });
        Assert.Equal("broken.json", thrown.Input);
        Assert.Equal(10, read);
        Assert.Null(crew.Next(lane, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}\n")]
    public void A_cancellation_ends_the_wait_for_a_silent_pipe(string before)
    {
        using var stop = new CancellationTokenSource();
        using var silent = new SilentStream(before, stop.Cancel);
        var source = new FileSource(Logs.Everything, new FileSourceOptions { Paths = ["-"], Workers = 1, StandardInput = silent });
        Assert.Throws<OperationCanceledException>(() => source.Read(stop.Token).Count());
    }

    [Fact]
    public void A_slow_pipe_gives_its_records_as_they_come()
    {
        using var silent = new SilentStream(Logs.SignIn("first", 0) + "\n", () => { });
        var source = new FileSource(Logs.Everything, new FileSourceOptions { Paths = ["-"], Workers = 2, StandardInput = silent });
        Assert.Equal("first", source.Read(TestContext.Current.CancellationToken).First(batch => batch.Events.Count > 0).Events[0].Event.Id);
    }

    [Fact]
    public void Whoever_stops_early_leaves_no_thread_behind()
    {
        var path = _folder.Write("a.ndjson", Logs.Lines(2000));
        for (var i = 0; i < 50; i++)
            Assert.NotEmpty(new FileSource(Logs.Everything, new FileSourceOptions { Paths = [path], Workers = 4, BlockBytes = 1024 }).Read(TestContext.Current.CancellationToken).First().Events);
        File.Delete(path);
    }

    [Fact]
    public void A_cancelled_reading_throws_at_once()
    {
        var path = _folder.Write("a.ndjson", Logs.Lines(10));
        Assert.Throws<OperationCanceledException>(() => new FileSource(Logs.Everything, new FileSourceOptions { Paths = [path] }).Read(new CancellationToken(canceled: true)).Count());
    }

    private sealed class FailingBlocks(int failAt) : BlockSource("broken.json")
    {
        public override bool Fill(long index, Block block)
        {
            block.Clear();
            if (index == failAt) throw new IOException("the disk is on fire");
            var line = Encoding.UTF8.GetBytes(Logs.SignIn($"r{index}", 0));
            block.Grow(line.Length);
            line.CopyTo(block.Buffer, 0);
            block.Length = line.Length;
            return true;
        }

        public override long Decode(Block block, RecordReader reader, EventBatch into) => reader.ReadLines(block.Bytes, 0, into);

        public override void Dispose()
        {
        }
    }

    // Some text, then nothing until it is closed.
    private sealed class SilentStream(string text, Action whenSilent) : MemoryStream
    {
        private readonly byte[] _line = Encoding.UTF8.GetBytes(text);
        private readonly ManualResetEventSlim _closed = new();
        private bool _given;

        public override int Read(Span<byte> buffer)
        {
            if (_given || _line.Length == 0)
            {
                whenSilent();
                _closed.Wait();
                return 0;
            }

            _given = true;
            _line.CopyTo(buffer);
            return _line.Length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        protected override void Dispose(bool disposing)
        {
            _closed.Set();
            base.Dispose(disposing);
        }
    }
}
