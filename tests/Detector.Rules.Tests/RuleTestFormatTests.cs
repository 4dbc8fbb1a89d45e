using Xunit;

namespace Detector.Rules.Tests;

/// <summary>The tests that stand in rule files: what authors may write, and what they are told.</summary>
public sealed class RuleTestFormatTests
{
    private const string Detection = "  s: { Result: x }\n  condition: s\n";

    [Theory]
    [InlineData("2026-03-03T22:00:00+01:00", "2026-03-03T21:00:00Z")]
    [InlineData("2026-03-03T22:00:00", "2026-03-03T22:00:00Z")]
    [InlineData("2026-03-03T22:00Z", "2026-03-03T22:00:00Z")]
    [InlineData("2026-03-03 22:00:00.0000001Z", "2026-03-03T22:00:00.0000001Z")]
    public void A_time_is_read_to_the_tick(string written, string expected) =>
        Assert.Equal(Utc(expected), Assert.Single(Load($"at: '{written}', events: [ {{ event: audit }} ]").Tests).Events[0].Time);

    [Theory]
    [InlineData("22:00")]
    [InlineData("2026-03-03")]
    [InlineData("3/3/2026 22:00")]
    [InlineData("tomorrow")]
    [InlineData("1969-12-31T00:00:00Z")]
    [InlineData("9999-12-31T00:00:00Z")]
    public void What_depends_on_the_day_or_the_reader_is_no_time(string written) =>
        Assert.Contains("This is no time.", Assert.Single(InMemory.Errors(Load($"at: '{written}', events: [ {{ event: audit }} ]"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("-30m", "2026-03-03T11:30:00Z")]
    [InlineData("-1h1t", "2026-03-03T10:59:59.9999999Z")]
    [InlineData("+5s", "2026-03-03T12:00:05Z")]
    [InlineData("-1d2h", "2026-03-02T10:00:00Z")]
    [InlineData("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z")]
    public void An_event_may_have_a_time_of_its_own(string written, string expected) =>
        Assert.Equal(Utc(expected), Assert.Single(Load($"at: '2026-03-03T12:00:00Z', events: [ {{ event: audit, at: '{written}' }} ]").Tests).Events[0].Time);

    [Theory]
    [InlineData("50000, 50000", true)]
    [InlineData("50000, 50001", false)]
    [InlineData("100000", true)]
    public void A_test_has_a_bounded_number_of_events(string times, bool expected)
    {
        var events = string.Join(", ", times.Split(", ").Select(count => $"{{ event: audit, times: {count} }}"));
        Assert.Equal(expected, InMemory.Errors(Load($"at: '2026-03-03T12:00:00Z', events: [ {events} ]")).Count == 0);
    }

    [Fact]
    public void A_field_of_an_event_may_be_absent_or_have_several_texts()
    {
        var loaded = InMemory.Load(InMemory.Sigma("  s: { Justification: null, Auth.Methods: SMS }\n  condition: s\n",
            more: "generate: false\n" + Tests("""
                - { name: hit, at: '2026-03-03T12:00:00Z', events: [ { event: activation, Justification: null, Auth.Methods: [ Password, SMS ] } ], matches: 1 }
                - { name: miss, at: '2026-03-03T12:00:00Z', events: [ { event: activation, Auth.Methods: [ Password, SMS ] } ], matches: 0 }
                """)));
        Assert.Empty(loaded.Diagnostics);
        Assert.All(RuleTestRunner.Run(loaded), outcome => Assert.True(outcome.Passed, string.Join("; ", outcome.Differences)));
    }

    [Fact]
    public void A_building_block_that_matches_otherwise_says_how_often()
    {
        var loaded = InMemory.Load(InMemory.Sigma("  s: { OperationName: Update user }\n  condition: s\n",
            more: "generate: false\n" + Tests("- { name: n, at: '2026-03-03T12:00:00Z', events: [ { event: audit, times: 3 } ], matches: 2 }")));
        Assert.Equal(["matches: expected 2, got 3"], Assert.Single(RuleTestRunner.Run(loaded)).Differences);
    }

    [Fact]
    public void An_alert_that_nobody_expected_is_described()
    {
        var loaded = InMemory.Load(InMemory.Sigma("  s: { OperationName: Update user }\n  condition: s\n", more: Tests("- { name: n, at: '2026-03-03T12:00:00Z', events: [ { event: audit } ], expect: [] }")));
        Assert.Equal(["alerts: expected 0, got 1", "not expected: low ()"], Assert.Single(RuleTestRunner.Run(loaded)).Differences);
    }

    [Fact]
    public void Every_template_makes_an_event_that_names_its_stream()
    {
        foreach (var name in EventTemplates.Names)
        {
            var loaded = InMemory.Load(InMemory.Sigma("  s: { Category|exists: true, OperationName|exists: true }\n  condition: s\n", more: "generate: false\n" + Tests($"- {{ name: n, at: '2026-03-03T12:00:00Z', events: [ {{ event: {name} }} ], matches: {(name.StartsWith("signin", StringComparison.Ordinal) ? 0 : 1)} }}")));
            Assert.All(RuleTestRunner.Run(loaded), outcome => Assert.True(outcome.Passed, $"{name}: {string.Join("; ", outcome.Differences)}"));
        }
    }

    [Fact]
    public void A_rule_without_a_hit_or_without_a_near_miss_is_warned_of()
    {
        var loaded = InMemory.Load(InMemory.Sigma(Detection));
        Assert.Equal(["No test of the rule finds anything.", "No test of the rule is a near miss."], loaded.Diagnostics.Select(problem => problem.Message));
        Assert.NotNull(loaded.Rules);
    }

    private static RuleLoadResult Load(string test) => InMemory.Load(InMemory.Sigma(Detection, more: Tests($"- {{ name: n, {test}, expect: [] }}")));

    private static string Tests(string tests) => $"custom_attributes:\n  detector:\n    tests:\n{string.Concat(tests.Split('\n').Select(line => $"      {line}\n"))}";

    private static DateTime Utc(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime;
}
