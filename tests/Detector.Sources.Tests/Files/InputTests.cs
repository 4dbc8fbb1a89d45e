using System.Text;
using Detector.Sources.Files;

namespace Detector.Sources.Tests.Files;

public sealed class InputTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_path_that_does_not_exist_is_named_with_a_remedy()
    {
        var path = Path.Combine(_folder.Path, "nowhere.json");
        var thrown = Assert.Throws<InputException>(() => Logs.Read(path));
        Assert.Equal(path, thrown.Input);
        Assert.Contains("Check the path", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => Logs.Read(""));
    }

    [Fact]
    public void A_folder_without_logs_says_which_endings_are_read()
    {
        _folder.Write("readme.txt", "x");
        Assert.Contains(".ndjson", Assert.Throws<InputException>(() => Logs.Read(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_are_walked_in_ordinal_order_and_a_file_is_read_once()
    {
        _folder.Write("b/2.json", "");
        _folder.Write("b/1.JSONL.GZ", "");
        _folder.Write("a.csv", "");
        _folder.Write(".hidden.json", "");
        _folder.Write("other.txt", "");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "b", "loop"), _folder.Path);
        var source = new FileSource(Logs.Everything, new FileSourceOptions { Paths = [_folder.Path, Path.Combine(_folder.Path, "b", "2.json"), "-", "-"] });
        Assert.Equal(["a.csv", "b/1.JSONL.GZ", "b/2.json", "-"], source.Inputs.Select(input => input == "-" ? input : Path.GetRelativePath(_folder.Path, input)));
    }

    [Theory]
    [InlineData("Id,TimeGenerated\na,2026-03-02T08:00:00Z\n")]
    [InlineData("{\"Id\":\"a\",\"TimeGenerated\":\"2026-03-02T08:00:00Z\"}")]
    [InlineData("[\n{\"Id\":\"a\",\"TimeGenerated\":\"2026-03-02T08:00:00Z\"}]")]
    [InlineData("roken\"}\n{\"Id\":\"a\",\"TimeGenerated\":\"2026-03-02T08:00:00Z\"}")]
    [InlineData("{\"Id\":\"torn\",\"Time\n{\"Id\":\"a\",\"TimeGenerated\":\"2026-03-02T08:00:00Z\"}")]
    public void The_bytes_tell_the_format_where_the_name_does_not(string text)
    {
        Assert.Equal(["a"], Logs.Read(_folder.Write("log", text)).Ids);
        Assert.Equal(["a"], Logs.Read(_folder.Write("log.gz", Logs.Gzip(text))).Ids);
        Assert.Equal(["a"], Logs.Read(new FileSourceOptions { Paths = ["-"], StandardInput = new MemoryStream(Encoding.UTF8.GetBytes(text)) }).Ids);
    }

    [Fact]
    public void Progress_ends_at_the_total()
    {
        _folder.Write("a.ndjson", Logs.Lines(500));
        _folder.Write("b.ndjson.gz", Logs.Gzip(Logs.Lines(500)));
        var progress = Logs.Read(new FileSourceOptions { Paths = [_folder.Path], BlockBytes = 1024 }).Progress;
        Assert.True(progress.HasEnd);
        Assert.Equal(progress.BytesTotal, progress.BytesDone);
        Assert.Equal((1000, 2, 2), (progress.Records, progress.FilesTotal, progress.FilesDone));
    }

    [Fact]
    public void Real_records_are_read_without_a_reject()
    {
        var samples = Repository.Shared("samples");
        if (samples is null) Assert.Skip("There are no samples beside the repository.");
        var reading = Logs.Read(samples);
        Assert.Equal(70, reading.Records);
        Assert.Empty(reading.Rejects);
    }

    [Fact]
    public void Any_sequence_of_options_out_of_bounds_is_refused()
    {
        var path = _folder.Write("a.json", "");
        Assert.Throws<ArgumentException>(() => Logs.Read(path, workers: 0));
        Assert.Throws<ArgumentException>(() => Logs.Read(path, blockBytes: 0));
        Assert.Throws<ArgumentException>(() => Logs.Read(path, blockBytes: FileSourceOptions.BlockBytesMax + 1));
    }
}
