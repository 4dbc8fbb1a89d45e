using Detector.Host.Replay;
using Detector.Sources.Files;

namespace Detector.Host.Tests.Replay;

public sealed class ProgressLineTests
{
    [Fact]
    public void It_shows_share_rate_and_time_left() => Assert.Equal(
        "[######..................]  25%  500.0 MB of 2.00 GB  100,000 records, 50,000/s, 250.0 MB/s  0:06 left",
        ProgressLine.Line(new ReadProgress(2_000_000_000, 500_000_000, 100_000, 0, 0, 1, 0, HasEnd: true), TimeSpan.FromSeconds(2), 200));

    [Fact]
    public void Of_a_pipe_it_shows_what_was_done() => Assert.Equal(
        "999 B  10 records, 10/s, 999 B/s",
        ProgressLine.Line(new ReadProgress(0, 999, 10, 0, 0, 1, 0, HasEnd: false), TimeSpan.FromSeconds(1), 200));

    [Fact]
    public void Of_a_workspace_it_shows_how_much_of_the_time_is_read() => Assert.Equal(
        "[############............]  50%  3.0 MB  600 records, 300/s, 1.5 MB/s  0:02 left",
        ProgressLine.Line(new ReadProgress(0, 3_000_000, 600, 0, 0, 5, 0, HasEnd: true) { Share = 0.5 }, TimeSpan.FromSeconds(2), 200));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 20)]
    [InlineData(10, 0)]
    public void It_fits_the_terminal_whatever_the_numbers(long total, long done)
    {
        for (var columns = 1; columns < 120; columns++)
            Assert.True(ProgressLine.Line(new ReadProgress(total, done, long.MaxValue / 4, 0, 0, 1, 0, HasEnd: true), TimeSpan.Zero, columns).Length < Math.Max(columns, 1));
    }
}
