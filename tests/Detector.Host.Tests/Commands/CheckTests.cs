using System.Text;
using System.Text.Json;

namespace Detector.Host.Tests.Commands;

public sealed class CheckTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_planted_and_found_is_counted_by_rule()
    {
        var check = Check([Expected("a", "one"), Expected("a", "two"), Expected("b", "three")], [Alert("1", "a", "one"), Alert("2", "a", "two"), Alert("3", "b", "three")]);

        Assert.Equal(0, check.Exit);
        Assert.Equal(
            [
                "rule  planted  found  missed  unexplained  precision  recall",
                "a           2      2       0            0      1.000   1.000",
                "b           1      1       0            0      1.000   1.000",
                "all         3      3       0            0      1.000   1.000",
            ],
            check.Lines);
    }

    [Fact]
    public void What_is_missed_or_unexplained_fails_and_is_named()
    {
        var check = Check([Expected("a", "one"), Expected("b", "two")], [Alert("1", "a", "one"), Alert("2", "a", "other")]);

        Assert.Equal(1, check.Exit);
        Assert.Contains("a           1      1       0            1      0.500   1.000", check.Lines);
        Assert.Contains("b           1      0       1            0          -   0.000", check.Lines);
        Assert.Contains("missed       b  story: high, records two", check.Lines);
        Assert.Contains("unexplained  a  2026-03-03T10:00:00.0000000Z  high  alert 2", check.Lines);
    }

    [Theory]
    [InlineData("low", null)]
    [InlineData("high", 30)]
    public void Another_level_or_score_is_another_alert(string severity, int? score) =>
        Assert.Equal(1, Check([Expected("a", "one", "high", 40)], [Alert("1", "a", "one", severity, score ?? 40)]).Exit);

    [Fact]
    public void One_alert_does_not_answer_for_two()
    {
        var check = Check([Expected("a", "one"), Expected("a", "one")], [Alert("1", "a", "one")]);
        Assert.Contains("a           2      1       1            0      1.000   0.500", check.Lines);
    }

    [Fact]
    public void An_alert_about_more_records_than_expected_is_the_one_expected() =>
        Assert.Equal(0, Check([Expected("a", "one")], [Alert("1", "a", "zero", "high", null, "one")]).Exit);

    [Fact]
    public void Who_asks_for_most_gets_its_alert_first() =>
        Assert.Equal(0, Check([Expected("a", "one"), Expected("a", "one,two")], [Alert("1", "a", "one", "high", null, "two"), Alert("2", "a", "one")]).Exit);

    [Fact]
    public void Of_revisions_the_last_counts_and_what_was_taken_back_does_not()
    {
        var withdrawn = Alert("2", "a", "two").Replace("\"factors\":[]", "\"factors\":[{\"id\":\"withdrawn\"}]", StringComparison.Ordinal);
        var merged = Alert("3", "a", "three").Replace("\"ruleName\"", "\"mergedInto\":\"1\",\"ruleName\"", StringComparison.Ordinal);
        var check = Check([Expected("a", "one")], [Alert("1", "a", "one", "low"), Alert("2", "a", "two"), Alert("1", "a", "one"), withdrawn, merged]);
        Assert.Equal(0, check.Exit);
    }

    [Fact]
    public void Records_without_an_id_are_known_by_their_time() =>
        Assert.Equal(0, Check(["""{"expected":[{"rule":"a","recordTime":"2026-03-03T10:00:00.0000000Z"}]}"""], [Alert("1", "a", "hash:12")]).Exit);

    [Fact]
    public void Some_rules_alone_can_be_looked_at()
    {
        string[] truth = [Expected("a", "one"), Expected("b", "two")];
        Assert.Equal(0, Check(truth, [Alert("1", "a", "one")], "--only", "a").Exit);
        var unknown = Check(truth, [], "--only", "c");
        Assert.Equal(2, unknown.Exit);
        Assert.Contains("have a rule 'c'", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Machines_get_a_line_for_each_rule_and_for_what_is_wrong()
    {
        var check = Check([Expected("a", "one"), Expected("b", "two")], [Alert("1", "a", "one"), Alert("2", "c", "three")], "--format", "ndjson");

        Assert.Equal(1, check.Exit);
        var lines = check.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["a", "b", "c"], lines.Take(3).Select(line => line.GetProperty("rule").GetString()));
        Assert.Equal(1, lines[0].GetProperty("recall").GetDouble());
        Assert.Equal(JsonValueKind.Null, lines[1].GetProperty("precision").ValueKind);
        Assert.Equal("b", lines[3].GetProperty("missed").GetString());
        Assert.Equal("2", lines[4].GetProperty("alertId").GetString());
    }

    [Fact]
    public void Alerts_may_come_from_standard_input()
    {
        var truth = _folder.Write("truth.ndjson", Expected("a", "one"));
        Assert.Equal(0, Cli.Run(["logs", "check", "--truth", truth, "-"], new MemoryStream(Encoding.UTF8.GetBytes(Alert("1", "a", "one")))).Exit);
        Assert.Equal(2, Cli.Run("logs", "check", "--truth", "-", "-").Exit);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"expected":[{"severity":"high"}]}""")]
    [InlineData("""{"expected":[3]}""")]
    [InlineData("""{"expected":[{"rule":"a","recordIds":[3]}]}""")]
    public void A_line_that_is_no_truth_is_told_with_its_place(string line)
    {
        var check = Check([Expected("a", "one"), line], []);
        Assert.Equal(3, check.Exit);
        Assert.Contains("truth.ndjson:2: the line cannot be read", check.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("3")]
    [InlineData("""{"expected":[]}""")]
    [InlineData("""{"alertId":"1","ruleName":"a"}""")]
    [InlineData("""{"alertId":1,"ruleName":"a","evidence":{}}""")]
    public void A_line_that_is_no_alert_is_told_with_its_place(string line)
    {
        var check = Check([Expected("a", "one")], [line]);
        Assert.Equal(3, check.Exit);
        Assert.Contains("alerts.ndjson:1: the line cannot be read", check.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_told()
    {
        var check = Cli.Run("logs", "check", "--truth", _folder.At("none.ndjson"), _folder.At("alerts.ndjson"));
        Assert.Equal(3, check.Exit);
        Assert.Contains("none.ndjson cannot be read", check.Error, StringComparison.Ordinal);
    }

    private Outcome Check(string[] truth, string[] alerts, params string[] options) =>
        Cli.Run(["logs", "check", "--truth", _folder.Write("truth.ndjson", string.Join('\n', truth)), _folder.Write("alerts.ndjson", string.Join('\n', alerts)), .. options]);

    private static string Expected(string rule, string records, string severity = "high", int? score = null) =>
        JsonSerializer.Serialize(new { kind = "story", expected = new[] { new { rule, severity, score, recordIds = records.Split(',') } } });

    private static string Alert(string alertId, string ruleName, string record, string severity = "high", int? score = null, params string[] more) => JsonSerializer.Serialize(new
    {
        alertId,
        ruleName,
        severity,
        score,
        factors = Array.Empty<object>(),
        eventTime = "2026-03-03T10:00:00.0000000Z",
        evidence = more.Prepend(record).Select(id => new { id, time = "2026-03-03T10:00:00.0000000Z" }),
    });
}
