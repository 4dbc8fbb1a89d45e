using System.Text;
using System.Text.Json;

namespace Detector.Host.Tests.Replay;

public sealed class ReplayTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Logs() => _folder.Write("logs.ndjson", Records.Activation("a1", Records.SundayNight) + Records.Activation("a2", Records.WednesdayMorning, "u2"));

    [Fact]
    public void A_risky_activation_is_alerted_with_its_reasons()
    {
        var outcome = Cli.Run("replay", "--only", Only.FirstRules, Logs());
        Assert.Equal(0, outcome.Exit);
        var alert = JsonDocument.Parse(Assert.Single(outcome.Lines)).RootElement;
        Assert.Equal((65, "high", true), (alert.GetProperty("score").GetInt32(), alert.GetProperty("severity").GetString(), alert.GetProperty("final").GetBoolean()));
        Assert.Equal(["tier", "off_hours", "weekend"], alert.GetProperty("factors").EnumerateArray().Select(f => f.GetProperty("id").GetString()));
        Assert.Contains("2 records: 2 parsed, 0 rejected, 0 duplicates, 0 late", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("1 alerts: 1 high", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replay_gives_the_same_bytes_whatever_the_threads_and_the_way_in()
    {
        var expected = Cli.Run("replay", "--only", Only.FirstRules, Logs()).Out;
        Assert.Equal(expected, Cli.Run("replay", "--only", Only.FirstRules, Logs(), "--threads", "7").Out);
        Assert.Equal(expected, Cli.Run(["replay", "--only", Only.FirstRules, "-"], File.OpenRead(Logs())).Out);
        Assert.Equal(0, Cli.Run("replay", "--only", Only.FirstRules, Logs(), "--out", _folder.At("alerts.ndjson")).Exit);
        Assert.Equal(expected, File.ReadAllText(_folder.At("alerts.ndjson")));
    }

    [Fact]
    public void All_revisions_are_those_that_would_have_been_sent()
    {
        var path = _folder.Write("late.ndjson", Records.Activation("a1", Records.SundayNight) + Records.Failure("f1", "2026-03-01T22:00:00Z"));
        var all = Cli.Run("replay", "--only", Only.FirstRules, path, "--revisions", "all").Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([(0, 65, false), (1, 70, false)], all.Select(a => (a.GetProperty("revision").GetInt32(), a.GetProperty("score").GetInt32(), a.GetProperty("final").GetBoolean())));
        var final = JsonDocument.Parse(Assert.Single(Cli.Run("replay", "--only", Only.FirstRules, path).Lines)).RootElement;
        Assert.Equal((1, 70, true), (final.GetProperty("revision").GetInt32(), final.GetProperty("score").GetInt32(), final.GetProperty("final").GetBoolean()));
    }

    [Fact]
    public void The_table_is_plain_text_where_the_output_is_no_terminal()
    {
        var outcome = Cli.Run("replay", "--only", Only.FirstRules, Logs(), "--format", "table");
        Assert.StartsWith("HIGH      2026-03-01 23:10:04 +01:00  u1@contoso.nl", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("+30 tier       Global Administrator is tier 0", outcome.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", outcome.Out + outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("high", 1)]
    [InlineData("medium", 1)]
    [InlineData("critical", 0)]
    public void Fail_on_tells_by_the_exit_code(string level, int exit) => Assert.Equal(exit, Cli.Run("replay", "--only", Only.FirstRules, Logs(), "--fail-on", level).Exit);

    [Theory]
    [InlineData("2026-03-01T22:10:04.1234567Z", "2026-03-01T22:10:04.1234568Z", 1)]
    [InlineData("2026-03-01T22:10:04.1234568Z", null, 0)]
    [InlineData(null, "2026-03-01T22:10:04.1234567Z", 0)]
    [InlineData("2026-03-01", "2026-03-02", 1)]
    [InlineData("2026-03-02", null, 0)]
    [InlineData("2026-03-01 23:10", "2026-03-01T23:11+01:00", 1)]
    public void Since_is_in_and_until_is_out_in_the_tenants_zone(string? since, string? until, int alerts)
    {
        string[] args = ["replay", "--only", Only.FirstRules, Logs(), .. since is null ? [] : new[] { "--since", since }, .. until is null ? [] : new[] { "--until", until }];
        var outcome = Cli.Run(args);
        Assert.Equal(0, outcome.Exit);
        Assert.Equal(alerts, outcome.Lines.Length);
    }

    [Fact]
    public void Rejects_and_late_records_are_written_with_place_and_reason()
    {
        // The clock follows a jump in time only once several records agree on it.
        var wednesday = string.Concat(Enumerable.Range(0, 40).Select(i => Records.Activation($"w{i}", Records.WednesdayMorning, $"w{i}")));
        var path = _folder.Write("logs.ndjson", Records.Activation("a1", "2026-03-04T09:59:00Z") + "{\"torn\n" + wednesday + Records.Activation("a0", Records.SundayNight));
        var outcome = Cli.Run("replay", "--only", Only.FirstRules, path, "--rejects", _folder.At("rejects.ndjson"), "--lateness", "1h30m");
        Assert.Equal(0, outcome.Exit);
        Assert.Contains("1 rejected, 0 duplicates, 1 late", outcome.Error, StringComparison.Ordinal);
        var rejects = File.ReadAllLines(_folder.At("rejects.ndjson")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(2, rejects.Count);
        var torn = rejects.Single(r => r.GetProperty("record").GetString() == "{\"torn");
        Assert.Equal((path, 2L), (torn.GetProperty("source").GetString(), torn.GetProperty("line").GetInt64()));
        var late = rejects.Single(r => r.GetProperty("reason").GetString()!.StartsWith("late: ", StringComparison.Ordinal));
        Assert.Equal(43, late.GetProperty("line").GetInt64());
        Assert.Contains("a0", late.GetProperty("record").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_duplicate_counts_once()
    {
        var outcome = Cli.Run("replay", "--only", Only.FirstRules, _folder.Write("logs.ndjson", Records.Activation("a1", Records.SundayNight) + Records.Activation("a1", Records.SundayNight)));
        Assert.Single(outcome.Lines);
        Assert.Contains("1 duplicates", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_exit_3_and_says_what_to_do()
    {
        var outcome = Cli.Run("replay", "--only", Only.FirstRules, _folder.At("nowhere"));
        Assert.Equal(3, outcome.Exit);
        Assert.Contains("nowhere: No such file or folder. Check the path", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(3, Cli.Run("replay", "--only", Only.FirstRules, _folder.Path).Exit);
    }

    [Fact]
    public void Inputs_are_never_written_over()
    {
        var path = Logs();
        var before = File.ReadAllText(path);
        Assert.Equal(2, Cli.Run("replay", "--only", Only.FirstRules, path, "--out", path).Exit);
        Assert.Equal(2, Cli.Run("replay", "--only", Only.FirstRules, _folder.Path, "--rejects", path).Exit);
        Assert.Equal(2, Cli.Run("replay", "--only", Only.FirstRules, path, "--rejects", _folder.At("x"), "--out", _folder.At("x")).Exit);
        Assert.Equal(before, File.ReadAllText(path));
    }

    [Fact]
    public void An_output_that_cannot_be_made_is_told_before_the_work()
    {
        var outcome = Cli.Run("replay", "--only", Only.FirstRules, Logs(), "--out", _folder.At("no/such/folder/alerts"));
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("cannot be written", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_left_ends_it_quietly()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 3000; i++) text.Append(Records.Activation($"a{i}", Records.SundayNight, $"u{i}"));
        using var closed = new ClosedPipe();
        var outcome = Cli.Run(["replay", "--only", Only.FirstRules, _folder.Write("logs.ndjson", text.ToString()), "--revisions", "all"], input: null, closed);
        Assert.Equal(0, outcome.Exit);
        Assert.Equal(1, closed.Writes);
        Assert.DoesNotContain("error", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_tells_what_was_done_and_exits_130()
    {
        var outcome = Cli.Run(["replay", "--only", Only.FirstRules, Logs()], input: null, stop: new CancellationToken(canceled: true));
        Assert.Equal(130, outcome.Exit);
        Assert.Contains("0 records", outcome.Error, StringComparison.Ordinal);
    }

    private sealed class ClosedPipe : MemoryStream
    {
        public int Writes { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Writes++;
            throw new IOException("Broken pipe", 32);
        }
    }
}
