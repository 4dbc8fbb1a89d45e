using Detector.Engine.Rules;
using Detector.Rules;
using Xunit;

namespace Detector.Repo.Tests;

/// <summary>What holds for each rule that is shipped.</summary>
public sealed class ShippedRuleTests
{
    private static readonly RuleLoadResult s_folder = RuleFolder.Load(Path.Combine(Repository.Root, "rules"));

    private static IEnumerable<Rule> Rules => [.. s_folder.Rules!.Sigma, .. s_folder.Rules.Scores];

    [Fact]
    public void The_folder_has_no_problem() =>
        Assert.DoesNotContain(s_folder.Diagnostics, d => d.Severity != DiagnosticSeverity.Info);

    [Fact]
    public void What_is_built_in_is_the_folder()
    {
        var builtIn = RuleFolder.Load((string?)null);

        Assert.Equal(
            Rules.Select(r => (r.Name, r.Version)).Order(),
            builtIn.Rules!.Sigma.Cast<Rule>().Concat(builtIn.Rules.Scores).Select(r => (r.Name, r.Version)).Order());
    }

    [Fact]
    public void Every_rule_has_an_id_and_a_name_of_its_own()
    {
        Assert.Equal(Rules.Count(), Rules.Select(r => r.Id).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(Rules.Count(), Rules.Select(r => r.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(Rules, rule => Assert.True(Guid.TryParseExact(rule.Id, "D", out _), rule.Name));
    }

    [Fact]
    public void A_rule_is_found_by_its_name() =>
        Assert.All(Rules, rule => Assert.Equal(rule.Name, Path.GetFileName(rule.File).Split('.')[0]));

    [Fact]
    public void Every_rule_has_a_test_that_finds_and_a_near_miss()
    {
        Assert.NotEmpty(Rules);
        Assert.All(Rules, rule =>
        {
            var tests = s_folder.Tests.Where(test => test.RuleName == rule.Name).ToList();
            Assert.True(tests.Exists(test => test.Finds), $"{rule.Name} has no test that finds something.");
            Assert.True(tests.Exists(test => !test.Finds), $"{rule.Name} has no near miss.");
        });
    }

    [Fact]
    public void Every_rule_that_alerts_says_what_it_means_to_the_soc() => Assert.All(
        Rules.Where(rule => rule is not SigmaRule { Alerts: false }),
        rule =>
        {
            Assert.Contains(rule.Tags, tag => tag.StartsWith("attack.t", StringComparison.Ordinal));
            Assert.True(rule.Description.Length > 20, $"{rule.Name} has no description.");
            Assert.False(rule.FalsePositives.IsEmpty, $"{rule.Name} names no false positives.");
        });
}
