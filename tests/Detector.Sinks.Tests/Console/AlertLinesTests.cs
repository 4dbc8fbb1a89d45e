using System.Text;
using System.Text.Json;
using Detector.Sinks.Console;

namespace Detector.Sinks.Tests.Console;

public sealed class AlertLinesTests
{
    [Fact]
    public void Each_alert_is_a_line_of_json()
    {
        using var output = new MemoryStream();
        var lines = new AlertLines(output);
        for (var i = 0; i < 200; i++) lines.Write(Some.Alert() with { Revision = i, Justification = "two\nlines\u2028" });
        lines.Flush();
        var written = Encoding.UTF8.GetString(output.ToArray());
        Assert.EndsWith("\n", written, StringComparison.Ordinal);
        var revisions = written.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("revision").GetInt32());
        Assert.Equal(Enumerable.Range(0, 200), revisions);
    }

    [Fact]
    public void Nothing_is_written_before_it_is_handed_on_and_nothing_twice()
    {
        using var output = new MemoryStream();
        var lines = new AlertLines(output);
        lines.Write(Some.Alert());
        Assert.Equal(0, output.Length);
        lines.Flush();
        var length = output.Length;
        lines.Flush();
        Assert.Equal(length, output.Length);
    }

    [Fact]
    public void A_broken_output_is_not_hidden()
    {
        using var output = new MemoryStream([], writable: false);
        var lines = new AlertLines(output);
        lines.Write(Some.Alert());
        Assert.Throws<NotSupportedException>(lines.Flush);
    }
}
