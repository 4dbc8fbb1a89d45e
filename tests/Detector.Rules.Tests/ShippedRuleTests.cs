using System.Text.RegularExpressions;
using Detector.Testing;
using NJsonSchema;
using Xunit;

namespace Detector.Rules.Tests;

public sealed class ShippedRuleTests
{
    private static readonly RuleLoadResult s_embedded = RuleFolder.Load(folder: null);

    [Fact]
    public void The_embedded_rules_load_without_errors_or_warnings() =>
        Assert.DoesNotContain(s_embedded.Diagnostics, problem => problem.Severity >= DiagnosticSeverity.Warning);

    [Fact]
    public void The_rules_on_disk_are_those_that_are_embedded()
    {
        var onDisk = RuleFolder.Load(RepositoryFolder.Path("rules"));
        Assert.Equal(Versions(s_embedded), Versions(onDisk));
    }

    [Fact]
    public void Every_test_inside_the_rules_passes()
    {
        var outcomes = RuleTestRunner.Run(s_embedded);
        Assert.NotEmpty(outcomes);
        Assert.All(outcomes, outcome => Assert.True(outcome.Passed, $"{outcome.Test.RuleName}, {outcome.Test.Name}: {string.Join("; ", outcome.Differences)}"));
    }

    [Fact]
    public void Every_rule_has_a_test_that_finds_something_and_a_near_miss()
    {
        foreach (var rule in s_embedded.Rules!.Sigma.Select(rule => rule.Name).Concat(s_embedded.Rules.Scores.Select(rule => rule.Name)))
        {
            var tests = s_embedded.Tests.Where(test => test.RuleName == rule).ToList();
            Assert.Contains(tests, test => test.Finds);
            Assert.Contains(tests, test => !test.Finds);
        }
    }

    [Fact]
    public async Task Shipped_sigma_files_are_valid_under_the_official_schemas()
    {
        if (RepositoryFolder.Shared("sigma/spec") is not { } folder) { Assert.Skip("../shared/sigma is not there."); return; }
        var schemas = new Dictionary<string, JsonSchema>(StringComparer.Ordinal);
        foreach (var kind in new[] { "detection-rule", "correlation-rules", "filters" })
        {
            // The validator knows 'enum' but not 'const', which means an enum of one.
            var text = Regex.Replace(await File.ReadAllTextAsync($"{folder}/sigma-{kind}-schema.json", TestContext.Current.CancellationToken), "\"const\":\\s*(?<value>\"[^\"]*\")", "\"enum\": [${value}]", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
            schemas.Add(kind, await JsonSchema.FromJsonAsync(text, TestContext.Current.CancellationToken));
        }

        var files = Directory.GetFiles(RepositoryFolder.Path("rules"), "*.yml", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var read = (IDictionary<object, object?>)new YamlDotNet.Serialization.DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
            var json = new YamlDotNet.Serialization.SerializerBuilder().JsonCompatible().Build().Serialize(read);
            var errors = schemas[read.ContainsKey("correlation") ? "correlation-rules" : read.ContainsKey("filter") ? "filters" : "detection-rule"].Validate(json);
            Assert.True(errors.Count == 0, $"{file}: {string.Join("; ", errors.Select(error => error.ToString()))}");
        }
    }

    // A name with one letter wrong matches nothing, and no test that uses the same wrong name would tell.
    [Fact]
    public void Shipped_rules_name_pim_operations_as_microsoft_documents_them()
    {
        if (RepositoryFolder.Shared("facts/pim-activities.txt") is not { } path) { Assert.Skip("../shared/facts is not there."); return; }
        var documented = File.ReadLines(path).Select(line => line.Split('\t')[0].Trim()).ToHashSet(StringComparer.Ordinal);
        var named = Directory.GetFiles(RepositoryFolder.Path("rules/pim"), "*.yml").SelectMany(File.ReadLines)
            .Select(line => line.Trim().Replace("OperationName: ", "- ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("- ", StringComparison.Ordinal) && line.Contains("PIM", StringComparison.Ordinal) && !line.Contains(": ", StringComparison.Ordinal)).Select(line => line[2..]).ToList();
        Assert.True(named.Count >= 10);
        Assert.Empty(named.Except(documented));
    }

    private static IEnumerable<(string Name, string Version)> Versions(RuleLoadResult loaded) =>
        loaded.Rules!.Sigma.Select(rule => (rule.Name, rule.Version)).Concat(loaded.Rules.Scores.Select(rule => (rule.Name, rule.Version))).Order();
}
