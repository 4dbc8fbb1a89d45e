using System.Text;
using System.Text.Json;

namespace Detector.Host.Tests.Commands;

public sealed class BacktestTests : IDisposable
{
    // Sunday night: tier 30, off hours 20, weekend 15. On Wednesday morning tier 30 alone.
    private static readonly string s_logs =
        Records.Activation("a1", Records.SundayNight, "u1") + Records.Failure("f1", "2026-03-04T09:50:00Z", "u2") + Records.Activation("a2", Records.WednesdayMorning, "u2");

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_rules_give_no_difference_and_exit_0()
    {
        var outcome = Cli.Run("rules", "backtest", Old(), Copy("new", text => text), Logs());
        Assert.Equal(0, outcome.Exit);
        Assert.Equal("no difference", outcome.Lines[^1]);
        Assert.Contains("pim_activation_risk         1         1         0          0         0", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("3 records", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_factor_changes_alerts_and_is_told_with_its_points()
    {
        var outcome = Cli.Run("rules", "backtest", Old(), Copy("new", text => text.Replace("add: 15", "add: 25", StringComparison.Ordinal)), Logs());
        Assert.Equal(1, outcome.Exit);
        Assert.Equal("~ CRITICAL       2026-03-01 23:10:04 +01:00  pim_activation_risk  u1@contoso.nl  Global Administrator  score 75", outcome.Lines[0]);
        Assert.Equal(["    severity: high -> critical", "    score: 65 -> 75", "    factor weekend: 15 -> 25"], outcome.Lines[1..4]);
        Assert.Equal("0 alerts appear, 0 disappear, 1 change", outcome.Lines[^1]);
    }

    [Fact]
    public void Alerts_that_appear_and_disappear_are_told_as_lines_for_programs()
    {
        var after = Copy("new", text => text.Replace("gte: 40", "gte: 35", StringComparison.Ordinal).Replace("levels: { 40", "levels: { 35", StringComparison.Ordinal));
        var lines = Cli.Run("rules", "backtest", Old(), after, Logs(), "--format", "ndjson").Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["appears", "total"], lines.Select(line => line.GetProperty("kind").GetString()));
        Assert.Equal(35, lines[0].GetProperty("new").GetProperty("score").GetInt32());
        Assert.Equal(JsonValueKind.Null, lines[0].GetProperty("old").ValueKind);
        Assert.Equal(2, lines[1].GetProperty("rules").GetProperty("pim_activation_risk").GetProperty("new").GetInt32());

        var back = Cli.Run("rules", "backtest", after, Old(), Logs(), "--format", "ndjson").Lines;
        Assert.Contains("\"kind\":\"disappears\"", back[0], StringComparison.Ordinal);
    }

    // Another tenant derives other fields, so the logs are read twice; the answer is that of one pass where both could be taken.
    [Fact]
    public void Folders_of_two_tenants_are_compared_too_and_from_standard_input()
    {
        var after = Copy("new", text => text.Replace("add: 15", "add: 25", StringComparison.Ordinal));
        var once = Cli.Run("rules", "backtest", Old(), after, Logs());
        File.AppendAllText(Path.Combine(after, "tenant.yaml"), "# another text\n");
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(s_logs));
        var twice = Cli.Run(["rules", "backtest", Old(), after, "-"], input);
        Assert.Equal(once.Out, twice.Out);
        Assert.Equal(1, twice.Exit);
        Assert.Contains("3 records, 0 rejected, 0 late; read twice", twice.Error, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(after, "tenant.yaml"), "weekend: []\n");
        var working = Cli.Run("rules", "backtest", Old(), after, Logs());
        Assert.Contains("factor weekend: 15 -> none", working.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_that_only_one_folder_has_are_compared()
    {
        var after = Copy("new", text => text);
        File.Delete(Path.Combine(after, "pim", "pim_activation_risk.detector.yaml"));
        var outcome = Cli.Run("rules", "backtest", Old(), after, Logs());
        Assert.StartsWith("- HIGH", outcome.Lines[0], StringComparison.Ordinal);
        Assert.Equal("0 alerts appear, 1 disappear, 0 change", outcome.Lines[^1]);
    }

    [Fact]
    public void Times_bound_what_is_compared()
    {
        var after = Copy("new", text => text.Replace("add: 15", "add: 25", StringComparison.Ordinal));
        Assert.Equal(0, Cli.Run("rules", "backtest", Old(), after, Logs(), "--since", "2026-03-02").Exit);
        Assert.Equal(0, Cli.Run("rules", "backtest", Old(), after, Logs(), "--until", "2026-03-01").Exit);
        Assert.Equal(1, Cli.Run("rules", "backtest", Old(), after, Logs(), "--until", "2026-03-02").Exit);
    }

    [Fact]
    public void What_cannot_be_compared_is_told()
    {
        Assert.Equal(2, Cli.Run("rules", "backtest", "/no/such/folder", Old(), Logs()).Exit);
        Assert.Equal(2, Cli.Run("rules", "backtest", Old(), Copy("new", _ => "title: nothing"), Logs()).Exit);
        Assert.Equal(2, Cli.Run("rules", "backtest", Old(), Old()).Exit);
        Assert.Equal(2, Cli.Run("rules", "backtest", Old(), Old(), Logs(), "--since", "yesterday").Exit);
        Assert.Equal(3, Cli.Run("rules", "backtest", Old(), Old(), "/no/such/logs.json").Exit);
    }

    [Fact]
    public void Texts_out_of_logs_cannot_repaint_the_terminal()
    {
        var hostile = s_logs.Replace("u1@contoso.nl", "\\u001b[2Ju1", StringComparison.Ordinal);
        var after = Copy("new", text => text.Replace("add: 15", "add: 25", StringComparison.Ordinal));
        var outcome = Cli.Run("rules", "backtest", Old(), after, _folder.Write("hostile.ndjson", hostile));
        Assert.DoesNotContain('\u001b', outcome.Out);
        Assert.Contains("\\u{001B}[2Ju1", outcome.Out, StringComparison.Ordinal);
    }

    private string Old() => Copy("old", text => text);

    private string Logs() => _folder.Write("logs.ndjson", s_logs);

    // The score and what it looks at, with the score's text changed.
    private string Copy(string name, Func<string, string> change)
    {
        var shipped = Testing.RepositoryFolder.Path("rules");
        foreach (var file in (string[])["tenant.yaml", "pim/pim_activation_completed.yml", "pim/pim_session_row.yml", "pim/pim_activation_risk.detector.yaml", "sign-in/signin_failed.yml"])
        {
            var text = File.ReadAllText(Path.Combine(shipped, file));
            _folder.Write(Path.Combine(name, file), file.EndsWith("risk.detector.yaml", StringComparison.Ordinal) ? change(text) : text);
        }

        return _folder.At(name);
    }
}
