using System.Text;
using Detector.Engine.Logs;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Rules.Tests;

public sealed class LoaderTests
{
    private const string Score = """
        title: A score
        id: 5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9002
        detector:
          version: 1
          type: score
          on: a_rule
          factors:
            - { id: tier, when: { Role.Tier: 0 }, add: 30, else: 10 }
          condition: { gte: 40 }
          levels: { 40: high }
        tests:
          - { name: one, at: '2026-03-03T12:00:00Z', events: [ { event: activation } ], expect: [] }
        """;

    [Theory]
    [InlineData("OperationName")]
    [InlineData("operationName")]
    [InlineData("activityDisplayName")]
    [InlineData("properties.activityDisplayName")]
    public void A_field_may_be_named_in_three_ways(string name) =>
        Assert.True(InMemory.Matches(InMemory.Load(InMemory.Sigma($"  s: {{ {name}: Update user }}\n  condition: s\n")), (CanonicalField.OperationName, "Update user")));

    [Fact]
    public void All_problems_come_at_once_with_file_line_and_remedy()
    {
        var loaded = InMemory.Load(
            ("rules/a.yml", "title: A\nid: nonsense\nlevel: extreme\nlogsource: { product: azure, service: auditlogs }\ndetection:\n  s:\n    Result|startwith: x\n    Ip|cidr: nowhere\n    Justification|re: '('\n  condition: s and t\n"),
            ("rules/b.detector.yaml", Score.Replace("on: a_rule", "on: nobody", StringComparison.Ordinal).Replace("add: 30", "ad: 30", StringComparison.Ordinal)));
        Assert.Null(loaded.Rules);
        string[] expected =
        [
            "rules/a.yml:2: error: The id 'nonsense' is no UUID.",
            "rules/a.yml:3: error: There is no level 'extreme'.",
            "rules/a.yml:7: error: There is no modifier 'startwith'. Did you mean 'startswith'?",
            "rules/a.yml:8: error: 'nowhere' is no network.",
            "rules/a.yml:9: error: The regular expression is not valid",
            "rules/a.yml:10: error: The condition names 't', which the detection does not have.",
            "rules/b.detector.yaml:6: error: There is no rule with the name or id 'nobody'.",
            "rules/b.detector.yaml:8: error: A factor has no key 'ad'. Did you mean 'add'?",
        ];
        var errors = InMemory.Errors(loaded);
        foreach (var wanted in expected) Assert.True(errors.Any(error => error.StartsWith(wanted, StringComparison.Ordinal)), $"{wanted} is not among\n{string.Join('\n', errors)}");
        Assert.All(loaded.Diagnostics.Where(problem => problem.Severity == DiagnosticSeverity.Error), problem => Assert.False(string.IsNullOrEmpty(problem.Remedy)));
    }

    [Fact]
    public void A_field_that_no_record_has_is_named_with_the_nearest()
    {
        var loaded = InMemory.Load(InMemory.Sigma("  s: { Actor.Upm: x }\n  condition: s\n"));
        Assert.Contains(loaded.Diagnostics, problem => problem.Severity == DiagnosticSeverity.Warning && problem.Message.Contains("'Actor.Upm'", StringComparison.Ordinal) && problem.Remedy == "Did you mean 'Actor.Upn'?");
    }

    [Fact]
    public void A_rule_that_others_refer_to_is_a_building_block_unless_it_says_otherwise()
    {
        var block = InMemory.Sigma("  s: { Result: x }\n  condition: s\n", more: "name: a_rule\n");
        var test = "custom_attributes: { detector: { tests: [ { name: n, at: '2026-03-03T12:00:00Z', events: [ { event: audit } ], expect: [] } ] } }\n";
        Assert.True(InMemory.Load(("rules/a.yml", block + test)).Rules!.Sigma[0].Alerts);
        Assert.False(InMemory.Load(("rules/a.yml", block), ("rules/b.detector.yaml", Score)).Rules!.Sigma[0].Alerts);
        Assert.True(InMemory.Load(("rules/a.yml", block + "generate: true\n"), ("rules/b.detector.yaml", Score)).Rules!.Sigma[0].Alerts);
    }

    [Fact]
    public void The_same_id_or_name_twice_is_an_error()
    {
        var rule = InMemory.Sigma("  s: { Result: x }\n  condition: s\n", more: "name: same\n");
        var errors = InMemory.Errors(InMemory.Load(("rules/a.yml", rule), ("rules/b.yml", rule)));
        Assert.Contains(errors, error => error.StartsWith("rules/b.yml: error: The id '5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9001' is also that of rules/a.yml.", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.StartsWith("rules/b.yml: error: The name 'same' is also that of rules/a.yml.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_rule_says_itself_when_its_alerts_are_a_storm()
    {
        var text = InMemory.Sigma("  s: { OperationName: Update user }\n  condition: s\n");
        Assert.Null(Assert.Single(InMemory.Load(text).Rules!.Sigma).StormAlerts);
        Assert.Equal(200, Assert.Single(InMemory.Load(text + "custom_attributes: { detector: { storm: 200 } }\n").Rules!.Sigma).StormAlerts);
        Assert.Contains(InMemory.Errors(InMemory.Load(text + "custom_attributes: { detector: { storm: 1 } }\n")), error => error.Contains("'storm' is not between 2 and 10000.", StringComparison.Ordinal));
        Assert.Contains(InMemory.Errors(InMemory.Load(("rules/b.detector.yaml", Score.Replace("on: a_rule", "on: a_rule\n  storm: many", StringComparison.Ordinal)))), error => error.Contains("'storm' is no whole number", StringComparison.Ordinal));
    }

    [Fact]
    public void A_failing_test_shows_what_was_expected_and_what_came()
    {
        var block = InMemory.Sigma("  s: { OperationName: Add member to role completed (PIM activation) }\n  condition: s\n", more: "name: a_rule\n");
        var score = Score.Replace("expect: []", "expect: [ { score: 99, level: critical, factors: { tier: 20, hours: 5 } } ]", StringComparison.Ordinal).Replace("gte: 40", "gte: 30", StringComparison.Ordinal).Replace("{ 40: high }", "{ 30: high }", StringComparison.Ordinal);
        var loaded = InMemory.Load(("rules/a.yml", block), ("rules/b.detector.yaml", score));
        var outcome = Assert.Single(RuleTestRunner.Run(loaded), outcome => outcome.Test.RuleName == "b");
        Assert.False(outcome.Passed);
        Assert.Equal(["score: expected 99, got 30", "level: expected critical, got high", "factor tier: expected 20, got 30", "factor hours: expected 5, got 0"], outcome.Differences);
    }

    [Fact]
    public void A_folders_own_tenant_lists_and_fields_override_what_is_shipped_key_by_key()
    {
        var loaded = InMemory.Load(
            ("rules/tenant.yaml", "lateness: 2h\n"),
            ("rules/fields.yaml", "aliases: { OurName: Justification }\n"),
            ("rules/lists/own.yaml", "name: own\nentries: [ red, { value: blue, reason: ours } ]\n"),
            ("rules/a.yml", InMemory.Sigma("  s: { OurName|expand: '%own%' }\n  condition: s\n")));
        Assert.Equal(TimeSpan.FromHours(2), loaded.Tenant.Lateness);
        Assert.Equal("Europe/Amsterdam", loaded.Tenant.TimeZone.Id);
        Assert.True(loaded.Tenant.BreakGlass.Contains("00000000-b7ea-4b1a-8000-000000000001", null));
        Assert.True(InMemory.Matches(loaded, (CanonicalField.Justification, "blue")));
        Assert.False(InMemory.Matches(loaded, (CanonicalField.Justification, "green")));
    }

    [Theory]
    [InlineData("  s: { Service: PIM }\n  f: { Actor.Upn: x }\n  condition: s and not f\n", "Actor.Upn")]
    [InlineData("  s: { Service: PIM }\n  f: { Actor.Upn: x, Ip|cidr: 192.0.2.0/24 }\n  condition: not (f or not s)\n", "Actor.Upn, Ip")]
    [InlineData("  s: { Actor.Upn|endswith: .nl }\n  f: { Actor.Upn: x }\n  condition: s and not f\n", "")]
    [InlineData("  s: { Actor.Upn|exists: true }\n  f: { Actor.Upn: x }\n  condition: s and not f\n", "")]
    [InlineData("  s: { Service: PIM }\n  f: { Actor.Upn: [ x, null ] }\n  condition: s and not f\n", "")]
    [InlineData("  s: { Service: PIM }\n  f: { OperationName: x, Time.Weekend: true }\n  condition: s and not f\n", "")]
    public void A_not_that_lets_records_without_the_field_through_is_pointed_out(string detection, string fields) =>
        Assert.Equal(fields, string.Join(", ", InMemory.Load(InMemory.Sigma(detection)).Diagnostics.Where(problem => problem.Severity == DiagnosticSeverity.Info).Select(problem => problem.Message.Split('\'')[1])));

    [Fact]
    public void Derived_fields_cannot_be_set_in_a_test()
    {
        var loaded = InMemory.Load(InMemory.Sigma("  s: { Result: x }\n  condition: s\n",
            more: "custom_attributes: { detector: { tests: [ { name: n, at: '2026-03-03T12:00:00Z', events: [ { event: activation, Role.Tier: 0 } ], expect: [] } ] } }\n"));
        Assert.Contains("'Role.Tier' is derived and cannot be set. Set Role.Name or Role.Id.", Assert.Single(InMemory.Errors(loaded)), StringComparison.Ordinal);
    }

    public static TheoryData<string> Hostile =>
    [
        "", "[]", "just text", "\t- x", "a: b: c", "a: [", "? [a]\n: b", "*nothing", "--- \n---\n", "%TAG ! x", "title: &a [*a]", "a: !!binary x",
        "a: 1\na: 2\n",
        "- { a}\n- : }\n",
        "custom_attributes: { detector: { tests: [ { events: [ { event: audit } ], expect: [ { factors: { a: 1, a: 2 } } ] } ] } }",
        new string('[', 100_000),
        string.Concat(Enumerable.Repeat("a:\n ", 500)),
        "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(0, 9).Select(i => $"{(char)('b' + i)}: &{(char)('b' + i)} [{string.Join(',', Enumerable.Repeat($"*{(char)('a' + i)}", 10))}]\n")),
        new string('x', Yaml.YamlReader.BytesMax + 1),
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_yaml_is_refused_with_a_reason(string text)
    {
        foreach (var name in new[] { "rules/a.yml", "rules/a.detector.yaml", "rules/tenant.yaml", "rules/fields.yaml", "rules/lists/a.yaml" })
        {
            var loaded = InMemory.Load((name, text));
            if (text.Length > 0) Assert.NotEmpty(InMemory.Errors(loaded));
        }
    }

    [Property(MaxTest = 300)]
    public Property A_damaged_rule_file_never_throws() => Prop.ForAll(ArbMap.Default.ArbFor<(ushort At, byte Value, ushort Length)[]>(), damage =>
    {
        foreach (var name in new[] { "rules/pim/pim_activation_risk.detector.yaml", "rules/pim/pim_session_row.yml", "rules/tenant.yaml" })
        {
            var bytes = File.ReadAllBytes(Testing.RepositoryFolder.Path(name)).ToList();
            foreach (var (at, value, length) in damage)
            {
                if (length % 3 == 0) bytes.Insert(at % bytes.Count, value);
                else if (length % 3 == 1) bytes[at % bytes.Count] = value;
                else bytes.RemoveRange(at % bytes.Count, Math.Min(1 + length % 20, bytes.Count - at % bytes.Count));
                if (bytes.Count == 0) bytes.Add(0);
            }

            _ = RuleFolder.Load([new RuleFile(name, bytes.ToArray())]);
        }
    });

    [Property(MaxTest = 300)]
    public void Any_text_is_no_exception(string? text) => _ = RuleFolder.Load([new RuleFile("rules/a.yml", Encoding.UTF8.GetBytes(text ?? ""))]);
}
