namespace Detector.Host.Tests.Commands;

public sealed class LintTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_summary_of_fields_has_a_line_for_each_rule_and_says_what_became_of_it()
    {
        Rule("alive", "  s: { Result: x, initiatedBy.user.id: y, Username: z }\n  t: { Date: x }\n  condition: s or t\n", 1);
        Rule("dead", "  s:\n    Date: x\n    Result|expand: '%no-such-list%'\n  condition: s\n", 2);
        Rule("refused", "  s: { Result: x }\n  condition: s | near t\n", 3);
        var rules = _folder.At("rules");
        var lint = Cli.Run("rules", "lint", "--fields", "--rules", rules);
        Assert.Equal(1, lint.Exit);
        Assert.Equal(
            [
                $"{rules}/dead.yml: dead",
                "    binds: Result",
                "    no record has: Date",
                $"    {rules}/dead.yml:7: warning: There is no list 'no-such-list': the condition matches nothing. Add rules/lists/no-such-list.yaml.",
            ],
            lint.Lines[4..8]);
        Assert.Contains($"{rules}/refused.yml: refused", lint.Lines);
        var at = Array.IndexOf(lint.Lines, $"{rules}/alive.yml: works");
        Assert.Equal(["    binds: Result, initiatedBy.user.id", "    translated: Username -> User.Upn", "    no record has: Date"], lint.Lines[(at + 1)..(at + 4)]);
    }

    [Fact]
    public void A_dead_rule_a_missing_runbook_and_a_title_of_two_are_told()
    {
        Rule("a", "  s: { Date: x }\n  condition: s\n", 1);
        Rule("b", "  s: { Result: x }\n  condition: s\n", 2);
        var lint = Cli.Run("rules", "lint", "--rules", _folder.At("rules"));
        Assert.Equal(0, lint.Exit);
        Assert.Contains("a.yml: warning: The rule 'a' is dead", lint.Out, StringComparison.Ordinal);
        Assert.Contains("b.yml: warning: The rule alerts and has no runbook", lint.Out, StringComparison.Ordinal);
        Assert.Contains("b.yml: warning: The title 'Same' is also that of", lint.Out, StringComparison.Ordinal);
    }

    // Each has its line; which are dead and which are translated is a matter of what Entra writes.
    [Fact]
    public void No_public_rule_is_passed_over()
    {
        if (Testing.RepositoryFolder.Shared("sigma") is not { } folder) { Assert.Skip("../shared/sigma is not there."); return; }
        var lines = Cli.Run("rules", "lint", "--fields", "--rules", folder).Lines;
        var files = Directory.GetFiles(folder, "*.yml", SearchOption.AllDirectories).Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        var told = lines.Where(line => !line.StartsWith(' ') && line.Contains(".yml: ", StringComparison.Ordinal)).Select(line => (File: line.Split('/')[^1].Split(": ")[0], State: line.Split(": ")[^1])).ToList();
        Assert.Equal(files.Order(StringComparer.Ordinal), told.Select(rule => rule.File).Order(StringComparer.Ordinal));
        Assert.All(told, rule => Assert.Contains(rule.State, new[] { "works", "dead", "refused" }));
        Assert.InRange(told.Count(rule => rule.State == "works"), 80, 88);
    }

    private void Rule(string name, string detection, int number) => _folder.Write(
        $"rules/{name}.yml", $"title: Same\nid: 5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b900{number}\nlogsource: {{ product: azure, service: auditlogs }}\ndetection:\n{detection}level: low\n");
}
