using System.Text;
using System.Text.RegularExpressions;
using Detector.Engine.Rules;
using Detector.Testing;
using Xunit;

namespace Detector.Rules.Tests;

/// <summary>The examples of rules/README.md are whole files that load, and whose tests pass.</summary>
public sealed partial class GuideTests
{
    private static readonly RuleFile[] s_files = [.. Example().Matches(File.ReadAllText(RepositoryFolder.Path("rules/README.md")))
        .Select(match => new RuleFile(match.Groups["name"].Value, Encoding.UTF8.GetBytes(match.Groups["text"].Value)))];

    private static readonly RuleLoadResult s_loaded = RuleFolder.Load(s_files);

    [Fact]
    public void They_load_without_an_error_or_a_warning() =>
        Assert.Empty(s_loaded.Diagnostics.Where(problem => problem.Severity != DiagnosticSeverity.Info).Select(problem => problem.ToString()));

    [Fact]
    public void Their_tests_pass()
    {
        var outcomes = RuleTestRunner.Run(s_loaded);
        Assert.True(outcomes.Count > 20);
        Assert.All(outcomes, outcome => Assert.True(outcome.Passed, $"{outcome.Test.RuleName}, {outcome.Test.Name}: {string.Join("; ", outcome.Differences)}"));
    }

    [Fact]
    public void There_is_one_of_each_kind()
    {
        var kinds = s_loaded.Rules!.Windows.Select(rule => rule.GetType()).Append(s_loaded.Rules.Scores.Single().GetType()).ToHashSet();
        Assert.Superset(new HashSet<Type> { typeof(ScoreRule), typeof(AggregateRule), typeof(FirstSeenRule), typeof(AbsenceRule), typeof(JoinRule) }, kinds);
        Assert.Contains(s_files, file => Text(file).Contains("filter:", StringComparison.Ordinal));
        Assert.Contains(s_files, file => Text(file).Contains("suppress:", StringComparison.Ordinal));
        Assert.Contains(s_files, file => Text(file).Contains("correlation:", StringComparison.Ordinal));
    }

    private static string Text(RuleFile file) => Encoding.UTF8.GetString(file.Bytes.Span);

    [GeneratedRegex("^```yaml\n# (?<name>my-rules/[^\n]+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Example();
}
