using System.Text;
using Detector.Engine.Logs;
using Detector.Sources.Files;
using FsCheck.Xunit;

namespace Detector.Sources.Tests.Files;

public sealed class CsvTests : IDisposable
{
    private const string Header = "TimeGenerated,Id,OperationName,Category,InitiatedBy,Type\n";

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Row(string id, string operation = "Add member to role") =>
        $"2026-03-02T08:00:00Z,{id},{operation},RoleManagement,\"{{\"\"user\"\":{{\"\"id\"\":\"\"u1\"\"}}}}\",AuditLogs\n";

    private List<LogEvent> Events(string text, int blockBytes = 64)
    {
        var source = new FileSource(Logs.Everything, new FileSourceOptions { Paths = [_folder.Write("a.csv", text)], Workers = 2, BlockBytes = blockBytes });
        return [.. source.Read(TestContext.Current.CancellationToken).SelectMany(batch => batch.Events.Select(e => e.Event).ToList())];
    }

    [Fact]
    public void A_row_reads_like_the_same_row_as_json()
    {
        var json = """{"TimeGenerated":"2026-03-02T08:00:00Z","Id":"a","OperationName":"Add, \"quoted\"\nand broken","Category":"RoleManagement","InitiatedBy":"{\"user\":{\"id\":\"u1\"}}","Type":"AuditLogs"}""";
        var expected = Assert.Single(new FileSource(Logs.Everything, new FileSourceOptions { Paths = [_folder.Write("a.ndjson", json)] }).Read(TestContext.Current.CancellationToken).SelectMany(b => b.Events.ToList())).Event;
        var got = Assert.Single(Events(Header + Row("a", "\"Add, \"\"quoted\"\"\nand broken\"")));
        Assert.Equal("u1", expected.Text(CanonicalField.ActorId));
        Assert.Equal("u1", got.Text(CanonicalField.ActorId));
        for (var slot = 0; slot < got.Schema.Count; slot++) Assert.Equal(expected[slot], got[slot]);
    }

    [Theory]
    [InlineData("\"TimeGenerated [UTC]\",Id\n\"2026-03-02T08:00:00Z\",a\n")]
    [InlineData("\uFEFFTimeGenerated,Id\r\n2026-03-02T08:00:00Z,a\r\n\r\n")]
    [InlineData("Id,TimeGenerated\na,2026-03-02T08:00:00Z")]
    [InlineData("Id,Id2,TimeGenerated,\na,,2026-03-02T08:00:00Z,\n")]
    public void Headers_of_exports_are_understood(string text) => Assert.Equal("a", Assert.Single(Events(text)).Id);

    [Fact]
    public void An_empty_field_is_absent() => Assert.False(Assert.Single(Events(Header + Row("a", ""))).Text(CanonicalField.OperationName) is "");

    [Fact]
    public void Bad_rows_are_rejected_with_their_line_and_text()
    {
        var text = Header + Row("a", "\"two\nlines\"") + "too,few\n" + Row("b") + "a,b\"c\",d\n" + Row("c") + "\"x\"y,1,2,3,4,5\n" + Row("d");
        foreach (var blockBytes in new[] { 32, 100, 10_000 })
        {
            var reading = Logs.Read(_folder.Write("a.csv", text), blockBytes: blockBytes);
            Assert.Equal(["a", "b", "c", "d"], reading.Ids);
            Assert.Equal([4, 6, 8], reading.RejectedRecords.Select(r => r.Place.Line));
            Assert.Equal(["too,few", "a,b\"c\",d", "\"x\"y,1,2,3,4,5"], reading.RejectedRecords.Select(r => Encoding.UTF8.GetString(r.Bytes.Span)));
            Assert.Equal("The row has 2 fields, the header 6.", reading.RejectedRecords[0].Reason);
            Assert.Equal(7, reading.Records);
        }
    }

    [Fact]
    public void A_quote_that_never_closes_costs_a_line_and_not_the_file()
    {
        var text = Header + Row("a") + "2026-03-02T08:00:00Z,\"open,x,y,z\n" + string.Concat(Enumerable.Range(0, 40_000).Select(i => $"2026-03-02T08:00:00Z,r{i},Op,RoleManagement,,\n"));
        var reading = Logs.Read(_folder.Write("a.csv", text), blockBytes: 100_000);
        Assert.Equal(40_001, reading.Ids.Count);
        Assert.Equal(3, Assert.Single(reading.RejectedRecords).Place.Line);
    }

    [Fact]
    public void A_header_that_cannot_be_read_is_told_once()
    {
        var reading = Logs.Read(_folder.Write("a.csv", string.Join(',', Enumerable.Repeat("c", CsvCutter.ColumnsMax + 1)) + "\n" + Row("a") + Row("b")));
        Assert.Empty(reading.Ids);
        Assert.Contains("header", Assert.Single(reading.Rejects), StringComparison.Ordinal);
    }

    [Property]
    public bool Any_fields_come_back_as_they_were(string[] fields)
    {
        var texts = fields.Select(field => field ?? "").DefaultIfEmpty("").Select(text => Encoding.UTF8.GetBytes(text)).ToList();
        var row = string.Join(',', texts.Select(text => $"\"{Encoding.UTF8.GetString(text).Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
        var scratch = new CsvScratch();
        return scratch.Split(Encoding.UTF8.GetBytes(row), texts.Count, out _) && scratch.Count == texts.Count
            && Enumerable.Range(0, texts.Count).All(i => scratch.Field(i).SequenceEqual(texts[i]));
    }

    [Property]
    public bool Any_bytes_after_a_header_give_rows_or_rejects(byte[] bytes)
    {
        var path = _folder.Write("any.csv", [.. Encoding.UTF8.GetBytes(Header), .. bytes, .. Encoding.UTF8.GetBytes("\n" + Row("last"))]);
        var one = Logs.Read(path, workers: 1, blockBytes: 7);
        var other = Logs.Read(path, workers: 2, blockBytes: 10_000);
        return one.Events.SequenceEqual(other.Events) && one.Rejects.SequenceEqual(other.Rejects);
    }
}
