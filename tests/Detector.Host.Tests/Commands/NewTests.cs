using System.Text;

namespace Detector.Host.Tests.Commands;

public sealed class NewTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sigma", "guest_got_a_role.yml")]
    [InlineData("score", "guest_got_a_role.detector.yaml")]
    [InlineData("correlation", "guest_got_a_role.yml")]
    [InlineData("first_seen", "guest_got_a_role.detector.yaml")]
    [InlineData("absence", "guest_got_a_role.detector.yaml")]
    [InlineData("join", "guest_got_a_role.detector.yaml")]
    [InlineData("aggregate", "guest_got_a_role.detector.yaml")]
    public void A_new_rule_passes_lint_and_fails_its_test(string kind, string file)
    {
        var rules = ShippedFolder.CopyTo(_folder, "rules");
        var before = Cli.Run("rules", "lint", "--rules", rules).Lines;
        var made = Cli.Run("rules", "new", "--kind", kind, "--title", "Guest got a 'role': really!", "--name", "guest_got_a_role", "--level", "medium", "--rules", rules);
        Assert.Equal(0, made.Exit);
        Assert.Equal([Path.Combine(rules, file), Path.Combine(rules, "runbooks/guest-got-a-role.md")], made.Lines);

        var lint = Cli.Run("rules", "lint", "--rules", rules);
        Assert.Equal(0, lint.Exit);
        Assert.Equal(before[..^1], lint.Lines[..^1]);
        var test = Cli.Run("rules", "test", "--rules", rules);
        Assert.Equal(1, test.Exit);
        Assert.Contains("failed: guest_got_a_role: what it is for", test.Lines[0], StringComparison.Ordinal);
        Assert.EndsWith(" passed, 1 failed", test.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_rule_passes_its_test_once_it_is_written()
    {
        var rules = _folder.At("own");
        Assert.Equal(0, Cli.Run("rules", "new", "--kind", "sigma", "--title", "Role activated", "--rules", rules).Exit);
        var file = Path.Combine(rules, "role_activated.yml");
        File.WriteAllText(file, File.ReadAllText(file)
            .Replace("Write here the operation that the rule finds", "Add member to role completed (PIM activation)", StringComparison.Ordinal)
            .Replace("event: audit, OperationName: Write here the events that it must find", "event: activation", StringComparison.Ordinal)
            .Replace("event: audit, OperationName: Write here what it must leave alone", "event: activation_failed", StringComparison.Ordinal));
        var test = Cli.Run("rules", "test", "--rules", rules);
        Assert.Equal("2 passed, 0 failed", test.Lines[^1]);
        Assert.EndsWith(" 0 warnings", Cli.Run("rules", "lint", "--rules", rules).Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_told_is_asked_and_a_wrong_answer_is_asked_again()
    {
        var rules = _folder.At("own");
        using var answers = new MemoryStream(Encoding.UTF8.GetBytes("sgima\nsigma\n\nDrüben & hier\n\nLoud\nhigh\n"));
        var made = Cli.Run(["rules", "new", "--rules", rules], answers);
        Assert.Equal(0, made.Exit);
        Assert.Contains("It is one of those above.", made.Error, StringComparison.Ordinal);
        Assert.Contains("A rule needs a title.", made.Error, StringComparison.Ordinal);
        Assert.Contains("Name, for other rules [dr_ben_hier]: ", made.Error, StringComparison.Ordinal);
        var text = File.ReadAllText(Path.Combine(rules, "dr_ben_hier.yml"));
        Assert.Contains("title: 'Drüben & hier'\n", text, StringComparison.Ordinal);
        Assert.Contains("\nlevel: high\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_anybody_to_ask_or_an_answer_nothing_is_written()
    {
        Assert.Equal(2, Cli.Run("rules", "new", "--title", "A", "--rules", _folder.At("own")).Exit);
        using var silence = new MemoryStream();
        Assert.Equal(2, Cli.Run(["rules", "new", "--rules", _folder.At("own")], silence).Exit);
        using var nonsense = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("x\n", 1000))));
        Assert.Equal(2, Cli.Run(["rules", "new", "--rules", _folder.At("own")], nonsense).Exit);
        Assert.False(Directory.Exists(_folder.At("own")));
    }

    [Theory]
    [InlineData("is that of", "--kind", "sigma", "--title", "x", "--name", "signin_failed")]
    [InlineData("lower case letters", "--kind", "sigma", "--title", "x", "--name", "Has Spaces")]
    [InlineData("A rule needs a title", "--kind", "sigma", "--title", " ")]
    [InlineData("A title is one line", "--kind", "sigma", "--title", "a\nid: 1")]
    [InlineData("ends in '.detector.yaml'", "--kind", "join", "--title", "x", "--out", "x.yml")]
    [InlineData("there is no rule 'nothing'", "--kind", "score", "--title", "x", "--on", "nothing")]
    [InlineData("looks at 2 rules; --on names 1", "--kind", "join", "--title", "x", "--on", "signin_failed")]
    [InlineData("alerts by itself", "--kind", "correlation", "--title", "x", "--on", "elevate_access")]
    public void What_cannot_be_is_told(string expected, params string[] args)
    {
        var rules = ShippedFolder.CopyTo(_folder, "rules");
        var files = Directory.GetFiles(rules, "*", SearchOption.AllDirectories).Length;
        var outcome = Cli.Run(["rules", "new", "--rules", rules, .. args]);
        Assert.Equal(2, outcome.Exit);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Equal(files, Directory.GetFiles(rules, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void A_file_that_is_there_is_left_alone()
    {
        var file = _folder.Write("own/there.yml", InOwn("a", "A"));
        var text = File.ReadAllText(file);
        Assert.Equal(2, Cli.Run("rules", "new", "--kind", "sigma", "--title", "B", "--rules", _folder.At("own"), "--out", file).Exit);
        Assert.Equal(text, File.ReadAllText(file));
        Assert.Contains("too few building blocks", Cli.Run("rules", "new", "--kind", "join", "--title", "B", "--rules", _folder.At("own")).Error, StringComparison.Ordinal);
    }

    private static string InOwn(string name, string title) =>
        $"title: {title}\nid: 5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9001\nname: {name}\nlogsource: {{ product: azure, service: auditlogs }}\ndetection:\n  s: {{ Result: x }}\n  condition: s\nlevel: low\n";
}
