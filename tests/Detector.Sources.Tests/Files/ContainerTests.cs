using System.Text;
using System.Text.Json;
using Detector.Engine.Logs;
using Detector.Sources.Files;

namespace Detector.Sources.Tests.Files;

/// <summary>Records that are not on lines of their own.</summary>
public sealed class ContainerTests : IDisposable
{
    private const int Count = 300;

    private static readonly string[] s_expected = [.. Enumerable.Range(0, Count).Select(i => $"r{i}")];

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Joined(string between) => Logs.Lines(Count, padding: 500).TrimEnd().Replace("\n", between, StringComparison.Ordinal);

    private static string Pretty(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json), s_indented);

    public static TheoryData<string, string> Containers => new()
    {
        { "array on one line", $"[{Joined(",")}]" },
        { "array, a record a line", $"[\n{Joined(",\n")}\n]\n" },
        { "records", $"{{\"records\":[{Joined(",")}]}}" },
        { "records, broken", $"{{\"records\":[\n{Joined(",\n")}\n]}}" },
        { "value", $"{{\"@odata.context\":\"https://graph.microsoft.com/v1.0\",\"value\":[{Joined(",")}]}}" },
        { "pretty array", Pretty($"[{Joined(",")}]") },
        { "pretty records", Pretty($"{{\"records\":[{Joined(",")}]}}") },
        { "pretty, one after the other", string.Join('\n', Joined("\n").Split('\n').Select(Pretty)) },
        { "one after the other", Joined("") },
        { "many envelopes, one a line", string.Join('\n', Joined("\n").Split('\n').Chunk(20).Select(some => $"{{\"records\":[{string.Join(',', some)}]}}")) },
        { "many pretty envelopes", string.Join('\n', Joined("\n").Split('\n').Chunk(20).Select(some => Pretty($"{{\"records\":[{string.Join(',', some)}]}}"))) },
    };

    [Theory]
    [MemberData(nameof(Containers))]
    public void Records_are_found_in_every_container(string name, string text)
    {
        Assert.NotEmpty(name);
        var plain = _folder.Write("a.json", text);
        var packed = _folder.Write("b.json.gz", Logs.Gzip(text));
        foreach (var path in new[] { plain, packed })
        {
            foreach (var blockBytes in new[] { 1000, 4096, 1024 * 1024 })
            {
                var reading = Logs.Read(path, workers: 2, blockBytes);
                Assert.Equal(s_expected, reading.Ids);
                Assert.Empty(reading.Rejects);
                Assert.Equal(new FileInfo(path).Length, reading.Bytes);
            }
        }

        var piped = Logs.Read(new FileSourceOptions { Paths = ["-"], BlockBytes = 3000, StandardInput = new Trickle(Encoding.UTF8.GetBytes(text)) });
        Assert.Equal(s_expected, piped.Ids);
    }

    [Fact]
    public void Damage_in_an_array_costs_the_damaged_record()
    {
        var text = $"[{Joined(",")}]";
        var at = text.IndexOf("\"r100\"", StringComparison.Ordinal);
        var reading = Logs.Read(_folder.Write("a.json", text[..at] + text[(at + 40)..]));
        Assert.InRange(reading.Ids.Count, Count - 2, Count - 1);
        Assert.NotEmpty(reading.Rejects);
    }

    [Fact]
    public void A_query_answer_gives_its_rows()
    {
        const string Answer = """
            {"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated","type":"datetime"},{"name":"OperationName","type":"string"},{"name":"Id","type":"string"},{"name":"InitiatedBy","type":"dynamic"}],
            "rows":[["2026-03-02T08:00:00Z","Add member to role","a","{\"user\":{\"id\":\"u1\"}}"],["2026-03-02T08:01:00Z",null,"b",{"user":{"id":"u1"}}],["2026-03-02T08:02:00Z","short"]]},
            {"name":"Other","rows":[],"columns":[{"name":"Id"},{"name":"TimeGenerated"}]},
            {"name":"Third","columns":[{"name":"Id"},{"name":"TimeGenerated"}],"rows":[["c","2026-03-02T08:03:00Z"]]}],
            "statistics":{"rows":[["x"]],"tables":[1]}}
            """;
        foreach (var blockBytes in new[] { 64, 200, 100_000 })
        {
            var reading = Logs.Read(_folder.Write("answer.json", Answer), blockBytes: blockBytes);
            Assert.Equal(["a", "b", "c"], reading.Ids);
            var reject = Assert.Single(reading.RejectedRecords);
            Assert.Equal("The row has 2 values, the table 4 columns.", reject.Reason);
            Assert.Equal(2, reject.Place.Line);
        }
    }

    [Theory]
    [InlineData("{\"tables\":[{\"columns\":[{\"name\":\"Id\"},{\"name\":\"TimeGenerated\"}],\"rows\":[[\"a\",\"2026-03-02T08:00:00Z\"],[\"b\",\"2026")]
    [InlineData("{\"tables\":[{\"columns\":[{\"name\":\"Id\"},{\"name\":\"TimeGenerated\"}],\"rows\":[[\"a\",\"2026-03-02T08:00:00Z\"],]]]]")]
    public void A_torn_query_answer_gives_the_rows_before(string text)
    {
        var reading = Logs.Read(_folder.Write("answer.json", text));
        Assert.Equal(["a"], reading.Ids);
        Assert.Contains("damaged", Assert.Single(reading.Rejects), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"tables\":[{\"columns\":[{\"name\":\"\\ud800\"}],\"rows\":[[1]]}]}")]
    [InlineData("{\"tables\":[{\"rows\":[[1]],\"columns\":[{\"name\":\"Id\"}]}]}")]
    [InlineData("{\"tables\":[[[[[[1]]]]]]}")]
    [InlineData("{\"tables\":")]
    public void Odd_query_answers_are_told_and_not_thrown(string text) => Assert.Empty(Logs.Read(_folder.Write("answer.json", text)).Ids);

    [Fact]
    public void A_row_of_a_query_answer_has_the_limit_of_a_record()
    {
        var text = $"{{\"tables\":[{{\"columns\":[{{\"name\":\"Id\"}},{{\"name\":\"TimeGenerated\"}}],\"rows\":[[\"a\",\"2026-03-02T08:00:00Z\"],[\"{new string('x', RecordReader.RecordBytesMax)}\",1]]}}]}}";
        var reading = Logs.Read(_folder.Write("answer.json", text));
        Assert.Equal(["a"], reading.Ids);
        Assert.Single(reading.Rejects);
    }
}

/// <summary>A pipe whose writer is slow: a few bytes at a time.</summary>
internal sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
{
    private int _turn;

    public override int Read(Span<byte> buffer)
    {
        var some = new byte[Math.Min(buffer.Length, 1 + (_turn++ * 7919 % 997))];
        var got = base.Read(some, 0, some.Length);
        some.AsSpan(0, got).CopyTo(buffer);
        return got;
    }
}
