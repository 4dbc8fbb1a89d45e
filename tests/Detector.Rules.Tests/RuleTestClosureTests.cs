using Xunit;

namespace Detector.Rules.Tests;

/// <summary>A test inside a rule sees that rule, what it looks at, and what it names; nothing else of the folder.</summary>
public sealed class RuleTestClosureTests
{
    private static readonly (string, string) s_deed = ("rules/deed.yml", """
        title: A deed
        id: 5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9001
        name: deed
        logsource: { product: azure, service: auditlogs }
        detection:
          s: { Result: deed }
          condition: s
        level: low
        """);

    private static readonly (string, string) s_noise = ("rules/noise.yml", """
        title: Noise
        id: 5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9002
        name: noise
        logsource: { product: azure, service: auditlogs }
        detection:
          s: { Result: [ before, deed ] }
          condition: s
        level: high
        """);

    [Theory]
    [InlineData("", "[]")]
    [InlineData("with: [noise], ", "[ { level: high } ]")]
    public void What_other_rules_of_the_folder_find_is_nothing_to_a_test_that_does_not_name_them(string with, string expected)
    {
        var loaded = InMemory.Load(s_deed, s_noise, Join(with, expected));
        Assert.Empty(InMemory.Errors(loaded));
        var outcome = Assert.Single(RuleTestRunner.Run(loaded));
        Assert.True(outcome.Passed, string.Join("; ", outcome.Differences));
    }

    [Fact]
    public void A_rule_that_is_not_there_cannot_run_beside_a_test() =>
        Assert.Contains(InMemory.Errors(InMemory.Load(s_deed, s_noise, Join("with: [nois], ", "[]"))), error => error.Contains("There is no rule 'nois' to run with the test. Did you mean 'noise'?", StringComparison.Ordinal));

    private static (string, string) Join(string with, string expected) => ("rules/after.detector.yaml", $$"""
        title: A deed after an alert
        id: 5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9003
        name: after
        detector:
          version: 1
          type: join
          rules: [alerts.high, deed]
          by: { Actor.Id: Actor.Id }
          within: 1h
          level: high
          where: { CorrelationId: { neq: CorrelationId } }
        tests:
          - { name: an alert before, at: '2026-03-03T12:00:00Z', {{with}}events: [ { event: audit, Result: before, Actor.Id: a, at: -5m }, { event: audit, Result: deed, Actor.Id: a } ], expect: {{expected}} }
        """);
}
