using Detector.Rules.Lint;
using Detector.Testing;
using Xunit;

namespace Detector.Rules.Tests;

public sealed class RuleLintTests : IDisposable
{
    private const string Alert = "custom_attributes: { detector: { runbook: runbooks/a.md } }\n";
    private const string Found = "  s: { Result: x }\n  condition: s\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("detector-lint-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("  s: { Nobody.Has: x }\n  condition: s\n", true)]
    [InlineData("  s: { Nobody.Has: x, Result: y }\n  condition: s\n", true)]
    [InlineData("  s: { Nobody.Has: x }\n  t: { Result: y }\n  condition: s or t\n", false)]
    [InlineData("  s: { Nobody.Has: x }\n  t: { Not.This: y }\n  condition: s or t\n", true)]
    [InlineData("  s: { Nobody.Has: x }\n  t: { Result: y }\n  condition: t and not s\n", false)]
    [InlineData("  s: { Nobody.Has: null }\n  condition: s\n", false)]
    [InlineData("  s: { 'Nobody.Has|exists': true }\n  condition: s\n", true)]
    [InlineData("  s: { 'Result|expand': '%no-such-list%' }\n  condition: s\n", true)]
    [InlineData(Found, false)]
    public void A_detection_is_dead_when_what_records_lack_decides(string detection, bool isDead)
    {
        var loaded = InMemory.Load(InMemory.Sigma(detection, more: Alert));
        Assert.Equal(isDead, RuleLint.Dead(loaded).Any());
        Assert.Equal(isDead, RuleLint.Check(loaded, null).Any(problem => problem.Message == "The rule 'a' is dead: no record can make it true."));
    }

    [Theory]
    [InlineData("type: score\n  on: dead\n  factors: [ { id: f, when: { Role.Tier: 0 }, add: 50 } ]\n  condition: { gte: 40 }\n  levels: { 40: high }", true)]
    [InlineData("type: first_seen\n  on: dead\n  fields: [Role.Id]\n  level: low", true)]
    [InlineData("type: first_seen\n  on: alive\n  fields: [Nobody.Has]\n  level: low", true)]
    [InlineData("type: first_seen\n  on: alive\n  by: [Nobody.Has]\n  fields: [Role.Id]\n  level: low", true)]
    [InlineData("type: first_seen\n  on: alive\n  fields: [Role.Id]\n  level: low", false)]
    [InlineData("type: absence\n  on: dead\n  expect: alive\n  within: 1h\n  level: low", true)]
    [InlineData("type: absence\n  on: alive\n  expect: dead\n  within: 1h\n  level: low", false)]
    [InlineData("type: join\n  rules: [alive, dead]\n  by: {}\n  within: 1h\n  level: low", true)]
    [InlineData("type: aggregate\n  on: [alive, dead]\n  within: 1h\n  measures: [ { id: n, count: all, gte: 1 } ]\n  level: low", false)]
    [InlineData("type: aggregate\n  on: [dead]\n  within: 1h\n  measures: [ { id: n, count: all, gte: 1 } ]\n  level: low", true)]
    public void A_rule_over_others_is_dead_when_what_it_needs_is(string section, bool isDead)
    {
        var loaded = InMemory.Load(
            ("rules/alive.yml", InMemory.Sigma(Found)),
            ("rules/dead.yml", InMemory.Sigma("  s: { Nobody.Has: x }\n  condition: s\n", "5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9002")),
            ("rules/over.detector.yaml", $"title: Over\nid: 5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9003\ndetector:\n  version: 1\n  {section}\n"));
        Assert.Empty(InMemory.Errors(loaded));
        Assert.Equal(isDead, RuleLint.Dead(loaded).Any(rule => rule.Name == "over"));
    }

    [Fact]
    public void A_rule_that_alerts_needs_a_runbook_that_is_there()
    {
        Write("a.yml", InMemory.Sigma(Found));
        Assert.Contains("has no runbook", Assert.Single(Warnings()), StringComparison.Ordinal);
        Write("a.yml", InMemory.Sigma(Found, more: Alert));
        Assert.Contains("There is no runbook 'runbooks/a.md'.", Assert.Single(Warnings()), StringComparison.Ordinal);
        Write("runbooks/a.md", "# A\n");
        Assert.Empty(Warnings());
        Write("a.yml", InMemory.Sigma(Found, more: "custom_attributes: { detector: { runbook: 'https://wiki.example/a' } }\n"));
        Assert.Empty(Warnings());
        Write("a.yml", InMemory.Sigma(Found, more: "custom_attributes: { detector: { generate: false } }\n"));
        Assert.Empty(Warnings());
    }

    [Fact]
    public void Two_rules_of_one_title_are_told()
    {
        var loaded = InMemory.Load(("rules/a.yml", InMemory.Sigma(Found)), ("rules/b.yml", InMemory.Sigma(Found, "5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9002").Replace("A rule", "A RULE ", StringComparison.Ordinal)));
        var problem = Assert.Single(RuleLint.Check(loaded, null), problem => problem.Message.Contains("title", StringComparison.Ordinal));
        Assert.Equal(("rules/b.yml", "The title 'A rule' is also that of rules/a.yml."), (problem.File, problem.Message));
    }

    [Fact]
    public void A_building_block_that_nobody_uses_is_told()
    {
        const string Block = "custom_attributes: { detector: { generate: false } }\n";
        var alone = InMemory.Load(("rules/a.yml", InMemory.Sigma(Found, more: Block)));
        var told = Assert.Single(RuleLint.Check(alone, null), problem => problem.Message.StartsWith("No rule uses", StringComparison.Ordinal));
        Assert.Equal((DiagnosticSeverity.Info, "No rule uses the building block 'a', and it alerts nobody itself."), (told.Severity, told.Message));

        var used = InMemory.Load(
            ("rules/a.yml", InMemory.Sigma(Found, more: Block)),
            ("rules/over.yml", "title: Over\nid: 5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9003\ncorrelation: { type: event_count, rules: [a], timespan: 1h, condition: { gte: 2 } }\nlevel: low\n"));
        Assert.DoesNotContain(RuleLint.Check(used, null), problem => problem.Message.StartsWith("No rule uses", StringComparison.Ordinal));
    }

    [Fact]
    public void The_shipped_rules_are_alive_and_have_runbooks()
    {
        var folder = RepositoryFolder.Path("rules");
        Assert.DoesNotContain(RuleLint.Check(RuleFolder.Load(folder), folder), problem => problem.Severity >= DiagnosticSeverity.Warning);
    }

    private IEnumerable<string> Warnings() => RuleLint.Check(RuleFolder.Load(_folder), _folder)
        .Where(problem => problem.Severity == DiagnosticSeverity.Warning && !problem.Message.StartsWith("No test", StringComparison.Ordinal)).Select(problem => problem.Message);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, name))!);
        File.WriteAllText(Path.Combine(_folder, name), text);
    }
}
