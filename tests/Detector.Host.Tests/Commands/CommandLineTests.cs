namespace Detector.Host.Tests.Commands;

public sealed class CommandLineTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("'replay'", "rpelay")]
    [InlineData("'--format'", "replay", "x.json", "--fromat", "table")]
    [InlineData("'lint'", "rules", "lnit")]
    [InlineData("'--rules'", "rules", "lint", "--ruels", "x")]
    public void A_mistyped_word_is_met_with_the_nearest_known_one(string expected, params string[] args)
    {
        var outcome = Cli.Run(args);
        Assert.Equal(2, outcome.Exit);
        Assert.Contains($"Did you mean {expected}", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("rules")]
    [InlineData("replay", "x", "--format", "xml")]
    [InlineData("replay", "x", "--format", "1")]
    [InlineData("replay", "x", "--fail-on", "bad")]
    [InlineData("replay", "x", "--lateness", "soon")]
    [InlineData("replay", "x", "--lateness", "-00:10:00")]
    [InlineData("replay", "x", "--threads", "0")]
    [InlineData("replay", "x", "--threads", "257")]
    [InlineData("replay", "x", "--threads", "many")]
    [InlineData("replay", "x", "--since", "yesterday")]
    [InlineData("replay", "x", "--rules", "/no/such/folder")]
    public void Wrong_arguments_are_exit_2_and_say_so_on_standard_error(params string[] args)
    {
        var outcome = Cli.Run(args);
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("error: ", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
    }

    [Theory]
    [InlineData("replay", "--help")]
    [InlineData("rules", "test", "--help")]
    [InlineData("--version")]
    public void Help_and_version_go_to_standard_output(params string[] args)
    {
        var outcome = Cli.Run(args);
        Assert.Equal(0, outcome.Exit);
        Assert.NotEmpty(outcome.Out);
        Assert.Empty(outcome.Error);
    }

    [Fact]
    public void Every_option_and_command_has_a_description()
    {
        foreach (var args in new string[][] { ["--help"], ["replay", "--help"], ["rules", "--help"], ["rules", "lint", "--help"], ["rules", "new", "--help"], ["rules", "explain", "--help"], ["rules", "backtest", "--help"], ["rules", "coverage", "--help"], ["logs", "--help"], ["logs", "generate", "--help"] })
        {
            foreach (var line in Cli.Run(args).Lines.Where(line => line.StartsWith("  -", StringComparison.Ordinal)))
                Assert.Contains("  ", line.Trim(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Shipped_rules_have_no_problem_and_pass_their_tests()
    {
        var lint = Cli.Run("rules", "lint");
        Assert.Equal(0, lint.Exit);
        Assert.EndsWith("0 errors, 0 warnings", lint.Out.TrimEnd(), StringComparison.Ordinal);
        var test = Cli.Run("rules", "test");
        Assert.Equal(0, test.Exit);
        Assert.EndsWith("passed, 0 failed", test.Out.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains(Cli.Run("rules", "list").Lines, line => line.StartsWith("pim_activation_risk", StringComparison.Ordinal));
    }

    [Fact]
    public void Broken_rules_fail_the_lint_and_stop_the_rest()
    {
        _folder.Write("rules/broken.yml", "title: Broken\nlogsource: {product: azure}\ndetection:\n  selection:\n    a|nope: b\n  condition: selection\n");
        var rules = _folder.At("rules");
        var lint = Cli.Run("rules", "lint", "--rules", rules);
        Assert.Equal(1, lint.Exit);
        Assert.Contains("broken.yml:", lint.Out, StringComparison.Ordinal);
        Assert.Equal(2, Cli.Run("rules", "test", "--rules", rules).Exit);
        Assert.Equal(2, Cli.Run("rules", "list", "--rules", rules).Exit);
        var replay = Cli.Run("replay", _folder.Write("logs.ndjson", ""), "--rules", rules);
        Assert.Equal(2, replay.Exit);
        Assert.Contains("broken.yml:", replay.Error, StringComparison.Ordinal);
    }
}
