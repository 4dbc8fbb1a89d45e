using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Detector.Engine.Rules;
using Detector.Rules;
using Xunit;

namespace Detector.Repo.Tests;

/// <summary>The rules that alert, as whoever is called at night meets them.</summary>
public sealed partial class PackTests
{
    private const string Guide = "rules/README.md";
    private const string Begin = "<!-- pack -->";
    private const string End = "<!-- /pack -->";

    private static readonly RuleLoadResult s_folder = RuleFolder.Load(Path.Combine(Repository.Root, "rules"));

    private static IReadOnlyList<Rule> Pack =>
        [.. s_folder.Rules!.All.Where(Alerts).OrderBy(rule => Path.GetDirectoryName(PathOf(rule)), StringComparer.Ordinal).ThenBy(rule => rule.Name, StringComparer.Ordinal)];

    // Run once with UPDATE_GOLDEN=1 after a change of the rules.
    [Fact]
    public void The_authors_guide_lists_the_pack()
    {
        var text = Repository.Text(Guide).ReplaceLineEndings("\n");
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        Assert.True(begin >= 0 && end > begin, $"{Guide} has no '{Begin}' with an '{End}' after it.");
        var listed = $"{text[..(begin + Begin.Length)]}\n{Table()}{text[end..]}";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(Path.Combine(Repository.Root, Guide), listed);

        Assert.Equal(listed, Repository.Text(Guide).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Every_rule_that_alerts_has_a_runbook_with_its_three_answers() => Assert.All(Pack, rule =>
    {
        Assert.True(rule.Runbook is not null && Repository.Exists($"rules/{rule.Runbook}"), $"{rule.Name} has no runbook file.");
        var headings = Repository.Lines($"rules/{rule.Runbook}").Where(line => line.StartsWith("## ", StringComparison.Ordinal));
        Assert.Equal(["## What happened", "## Check", "## Do"], headings);
    });

    [Fact]
    public void Every_runbook_belongs_to_a_rule() => Assert.Empty(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "rules", "runbooks")).Select(path => $"runbooks/{Path.GetFileName(path)}").Except(Pack.Select(rule => rule.Runbook)));

    [Fact]
    public void Every_rule_that_alerts_says_what_it_means() => Assert.All(Pack, rule =>
    {
        Assert.True(rule.Tags.Any(tag => Technique().IsMatch(tag)), $"{rule.Name} names no technique.");
        Assert.True(rule.Description.Length > 20, $"{rule.Name} has no description.");
        Assert.False(rule.FalsePositives.IsEmpty, $"{rule.Name} names no false positives.");
    });

    [Fact]
    public void Every_rule_has_a_test_that_finds_and_a_near_miss() => Assert.All(s_folder.Rules!.All, rule =>
    {
        var tests = s_folder.Tests.Where(test => test.RuleName == rule.Name).ToList();
        Assert.True(tests.Exists(test => test.Finds), $"{rule.Name} has no test that finds something.");
        Assert.True(tests.Exists(test => !test.Finds), $"{rule.Name} has no near miss.");
    });

    [Fact]
    public void Every_rule_with_a_window_is_tested_a_tick_beyond_it() => Assert.All(
        s_folder.Rules!.Windows,
        rule => Assert.True(TickBeyond().IsMatch(Repository.Text(PathOf(rule))), $"{rule.Name} has no test with an event a tick outside its window."));

    private static string Table()
    {
        var table = new StringBuilder("| rule | level | finds | what to do |\n|---|---|---|---|\n");
        foreach (var rule in Pack)
            table.Append(CultureInfo.InvariantCulture, $"| [`{rule.Name}`]({PathOf(rule)["rules/".Length..]}) | {LevelOf(rule)} | {rule.Title} | [{Path.GetFileNameWithoutExtension(rule.Runbook)}]({rule.Runbook}) |\n");
        return table.ToString();
    }

    private static bool Alerts(Rule rule) => rule switch
    {
        SigmaRule sigma => sigma.Alerts,
        WindowRule window => window.Alerts,
        _ => true,
    };

    private static string LevelOf(Rule rule) => rule switch
    {
        SigmaRule sigma => Word(sigma.Severity),
        WindowRule window => Word(window.Severity),
        ScoreRule score => string.Join(" or ", score.Levels.Select(level => Word(level.Severity))),
        _ => "",
    };

    private static string Word(Severity severity) => severity.ToString().ToLowerInvariant();

    private static string PathOf(Rule rule) => Path.GetRelativePath(Repository.Root, Path.GetFullPath(rule.File, Repository.Root)).Replace('\\', '/');

    [GeneratedRegex(@"^attack\.t\d{4}(\.\d{3})?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Technique();

    [GeneratedRegex(@"at: [+-](\w*\D)?1t\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex TickBeyond();
}
