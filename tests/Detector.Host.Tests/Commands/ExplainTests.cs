using System.Text;

namespace Detector.Host.Tests.Commands;

public sealed class ExplainTests : IDisposable
{
    private static readonly string s_activation = Records.Activation("a1", Records.SundayNight);

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_match_is_told_condition_by_condition_with_the_values_of_the_record()
    {
        var outcome = Explain("pim_activation_completed", s_activation);
        Assert.Equal(0, outcome.Exit);
        Assert.Equal(
            [
                "record a1  2026-03-01 23:10:04 +01:00  Add member to role completed (PIM activation)",
                "pim_activation_completed (sigma, PIM activation completed): matches (a building block: alerts nobody itself)",
                "  yes  all of",
                "    yes  Category is 'AuditLogs'   [Category: 'AuditLogs, RoleManagement']",
                "    yes  all of",
                "      yes  OperationName is 'Add member to role completed (PIM activation)'   [OperationName: 'Add member to role completed (PIM activation)']",
                "      yes  Result is 'success'   [Result: 'success']",
            ],
            outcome.Lines);
    }

    [Fact]
    public void What_kept_a_rule_from_matching_is_marked_and_an_absent_field_is_named_so()
    {
        var outcome = Explain("signin_failed", s_activation);
        Assert.Equal(0, outcome.Exit);
        Assert.Contains("does not match", outcome.Lines[1], StringComparison.Ordinal);
        Assert.Contains(outcome.Lines, line => line.StartsWith("    no   ResultType is one of", StringComparison.Ordinal) && line.EndsWith("[ResultType: absent]", StringComparison.Ordinal));
    }

    [Fact]
    public void A_score_tells_each_factor_and_its_points_for_this_record_alone()
    {
        var lines = Explain("pim_activation_risk", s_activation).Lines;
        Assert.Equal("pim_activation_risk (score, Risky PIM activation): this record alone gives 65 points, and that alerts: the threshold is 40", lines[1]);
        Assert.Equal(["  factor tier: +30", "  factor off_hours: +20", "  factor weekend: +15", "  factor failures: 0"], lines.Where(line => line.StartsWith("  factor", StringComparison.Ordinal)));
        Assert.Contains("    5 for each match of signin_failed in the 1h before, where Actor.Id ('u1') is its User.Id; other records decide", lines);

        var day = Explain("pim_activation_risk", Records.Activation("a2", Records.WednesdayMorning)).Lines;
        Assert.Equal("pim_activation_risk (score, Risky PIM activation): this record alone gives 30 points, and that does not alert: the threshold is 40", day[1]);
        Assert.Equal("pim_activation_risk (score, Risky PIM activation): does not score this record", Explain("pim_activation_risk", Records.Failure("f1", Records.SundayNight)).Lines[1]);
    }

    [Fact]
    public void A_rule_over_several_records_tells_what_this_one_is_to_it()
    {
        var folder = ShippedFolder.CopyTo(_folder, "rules");
        _folder.Write("rules/two.detector.yaml", "title: Two\nid: 5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9003\ndetector:\n  version: 1\n  type: join\n  rules: [pim_activation_completed, signin_failed]\n  by: { Actor.Id: User.Id }\n  within: 1h30m\n  where: { Actor.Ip: { neq: Ip } }\n  level: low\n");
        var lines = Explain("two", s_activation, "--rules", folder).Lines;
        Assert.Equal("two (join, Two): looks at several records; this one is one of them", lines[1]);
        Assert.Equal("  within 1h30m: pim_activation_completed, signin_failed, Actor.Ip ≠ Ip", lines[2]);
        Assert.Equal("  grouped by Actor.Id ('u1')", lines[3]);
        Assert.StartsWith("  pim_activation_completed (sigma, PIM activation completed): matches", lines[4], StringComparison.Ordinal);
        Assert.Contains("  grouped by User.Id (absent)", lines);

        // Every shipped rule can be explained, whatever its kind.
        foreach (var name in Cli.Run("rules", "list", "--rules", folder).Lines.Select(line => line.Split(' ')[0]))
            Assert.Equal(0, Explain(name, s_activation, "--rules", folder).Exit);
    }

    [Theory]
    [InlineData("eventhub")]
    [InlineData("graph")]
    [InlineData("loganalytics")]
    public void Any_shape_is_read(string shape)
    {
        var logs = _folder.At("logs.ndjson");
        Assert.Equal(0, Cli.Run("logs", "generate", "--records", "200", "--users", "20", "--days", "1", "--attacks", "0", "--shape", shape, "--out", logs).Exit);
        var outcome = Cli.Run("rules", "explain", "signin_failed", logs, "--record", "200");
        Assert.Equal(0, outcome.Exit);
        Assert.Contains("holds 200 records; this is number 200", outcome.Error, StringComparison.Ordinal);
        Assert.Matches("Category is one of .* \\[Category: '", outcome.Out);
    }

    [Fact]
    public void A_rule_is_found_by_name_id_and_file_and_may_lie_outside_of_the_folder()
    {
        var file = Testing.RepositoryFolder.Path("rules/sign-in/signin_failed.yml");
        var id = File.ReadLines(file).First(line => line.StartsWith("id: ", StringComparison.Ordinal))[4..].Trim();
        var folder = Testing.RepositoryFolder.Path("rules");
        var byName = Explain("SIGNIN_failed", s_activation);
        Assert.Equal(byName.Out, Explain(id, s_activation).Out);
        Assert.Equal(byName.Out, Explain(file, s_activation, "--rules", folder).Out);

        var own = _folder.Write("own.yml", "title: Own\nid: 5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9001\nlogsource: { product: azure, service: auditlogs }\ndetection:\n  a: { Result: failure }\n  b: { Service|contains: '*' }\n  condition: b and not a\n");
        var alone = Explain(own, s_activation);
        Assert.Equal("own (sigma, Own): matches", alone.Lines[1]);
        Assert.Contains("      yes  not", alone.Lines);
        Assert.Contains("        no   Result is 'failure'   [Result: 'success']", alone.Lines);
    }

    [Fact]
    public void What_cannot_be_explained_is_told()
    {
        var unknown = Explain("pim_activation_rsk", s_activation);
        Assert.Equal(2, unknown.Exit);
        Assert.Contains("Did you mean 'pim_activation_risk'?", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(3, Cli.Run("rules", "explain", "signin_failed", "/no/such/file").Exit);
        Assert.Equal(3, Cli.Run("rules", "explain", "signin_failed", _folder.Write("empty.json", "")).Exit);
        Assert.Equal(2, Cli.Run("rules", "explain", "signin_failed", "x", "--record", "0").Exit);

        var torn = Explain("signin_failed", "{\"time\":\"2026-03-01T22:10:04Z\",\n");
        Assert.Equal(3, torn.Exit);
        Assert.Contains("not readable:", torn.Error, StringComparison.Ordinal);
        Assert.Empty(torn.Out);
    }

    [Fact]
    public void Texts_out_of_a_record_cannot_repaint_the_terminal()
    {
        var outcome = Explain("pim_activation_completed", s_activation.Replace("\"result\":\"success\"", "\"result\":\"\\u001b[2Jok\"", StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', outcome.Out);
        Assert.Contains("\\u{001B}", outcome.Out, StringComparison.Ordinal);
    }

    private static Outcome Explain(string rule, string record, params string[] more)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(record));
        return Cli.Run(["rules", "explain", rule, "-", .. more], input);
    }
}
