using System.Globalization;
using Detector.Engine.Logs;
using Xunit;

namespace Detector.Rules.Tests;

public sealed class FilterTests
{
    private const string Who = "custom_attributes: { detector: { owner: soc, reason: A test account., expires: 2026-03-29 } }\n";
    private const string Source = "logsource: { product: azure, service: auditlogs }\n";
    private const string Section = "filter:\n  rules: [ a_rule ]\n  selection: { Actor.Upn: svc@contoso.nl }\n  condition: not selection\n";
    private const string Filter = "title: An exception\n" + Source + Section + Who;

    private static readonly string s_rule = InMemory.Sigma("  s: { Result: x }\n  condition: s\n", more: "name: a_rule\n");

    [Theory]
    [InlineData("[ a_rule ]")]
    [InlineData("a_rule")]
    [InlineData("[ 5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9001 ]")]
    [InlineData("any")]
    [InlineData("[ any ]")]
    [InlineData("all")]
    public void An_exception_takes_records_out_of_the_rules_it_names(string rules)
    {
        var loaded = InMemory.Load(("rules/a.yml", s_rule), ("rules/f.yml", Filter.Replace("[ a_rule ]", rules, StringComparison.Ordinal)));
        Assert.True(Matches(loaded, 0, "anna@contoso.nl"));
        Assert.False(Matches(loaded, 0, "SVC@contoso.nl"));
        Assert.Single(loaded.Rules!.Sigma);
    }

    // The tenant is at Amsterdam: the night on which clocks go forward begins at 23:00 UTC.
    [Theory]
    [InlineData("2026-03-28T22:59:59.9999999Z", false)]
    [InlineData("2026-03-28T23:00:00Z", true)]
    [InlineData("2027-01-01T00:00:00Z", true)]
    [InlineData("2020-01-01T00:00:00Z", false)]
    public void An_exception_works_until_its_day_by_the_time_of_the_records(string time, bool expected) =>
        Assert.Equal(expected, Matches(InMemory.Load(("rules/a.yml", s_rule), ("rules/f.yml", Filter)), 0, "svc@contoso.nl", time));

    [Fact]
    public void Only_the_rules_that_are_named_change()
    {
        var other = InMemory.Sigma("  s: { Result: x }\n  condition: s\n", id: "5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9002", more: "name: b_rule\n");
        var loaded = InMemory.Load(("rules/a.yml", s_rule), ("rules/b.yml", other), ("rules/f.yml", Filter));
        Assert.False(Matches(loaded, 0, "svc@contoso.nl"));
        Assert.True(Matches(loaded, 1, "svc@contoso.nl"));
    }

    [Fact]
    public void Any_means_the_rules_of_the_same_log_source()
    {
        var other = InMemory.Sigma("  s: { Result: x }\n  condition: s\n", id: "5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9002", more: "name: b_rule\n").Replace("service: auditlogs", "service: pim", StringComparison.Ordinal);
        var narrow = InMemory.Load(("rules/a.yml", s_rule), ("rules/b.yml", other), ("rules/f.yml", Filter.Replace("[ a_rule ]", "any", StringComparison.Ordinal)));
        Assert.False(Matches(narrow, 0, "svc@contoso.nl"));
        Assert.True(Matches(narrow, 1, "svc@contoso.nl"));
        var wide = InMemory.Load(("rules/a.yml", s_rule), ("rules/b.yml", other), ("rules/f.yml", Filter.Replace("[ a_rule ]", "any", StringComparison.Ordinal).Replace(", service: auditlogs", "", StringComparison.Ordinal)));
        Assert.False(Matches(wide, 0, "svc@contoso.nl"));
        Assert.False(Matches(wide, 1, "svc@contoso.nl"));
    }

    [Fact]
    public void Two_exceptions_of_one_rule_both_work()
    {
        var second = Filter.Replace("svc@contoso.nl", "other@contoso.nl", StringComparison.Ordinal);
        var loaded = InMemory.Load(("rules/a.yml", s_rule), ("rules/f.yml", Filter), ("rules/g.yml", second));
        Assert.False(Matches(loaded, 0, "svc@contoso.nl"));
        Assert.False(Matches(loaded, 0, "other@contoso.nl"));
        Assert.True(Matches(loaded, 0, "anna@contoso.nl"));
    }

    [Fact]
    public void The_prefilter_does_not_drop_what_an_expired_exception_lets_through()
    {
        var predicate = InMemory.Load(("rules/a.yml", s_rule), ("rules/f.yml", Filter)).Rules!.Sigma[0].Predicate;
        var logged = Event("svc@contoso.nl", default);
        var known = new bool[CanonicalFields.Count];
        (known[(int)CanonicalField.Category], known[(int)CanonicalField.Result], known[(int)CanonicalField.ActorUpn]) = (true, true, true);
        Assert.Null(predicate.Decide(logged, known));
        logged[CanonicalField.ActorUpn] = FieldValue.Of("anna@contoso.nl");
        Assert.True(predicate.Decide(logged, known));
    }

    [Fact]
    public void Lint_tells_of_an_exception_that_has_expired()
    {
        RuleFile[] files = [new("rules/a.yml", Bytes(s_rule)), new("rules/f.yml", Bytes(Filter))];
        Assert.DoesNotContain(RuleFolder.Load(files, new DateOnly(2026, 3, 28)).Diagnostics, problem => problem.File == "rules/f.yml");
        var problem = Assert.Single(RuleFolder.Load(files, new DateOnly(2026, 3, 29)).Diagnostics, problem => problem.File == "rules/f.yml");
        Assert.Equal("rules/f.yml:7: warning: The exception expired on 2026-03-29: it no longer works. Remove it, or let its owner decide on a new date.", problem.ToString());
    }

    [Theory]
    [InlineData("rules: [ a_rule ]", "rules: [ a_rul ]", "f.yml:4: error: There is no rule with the name or id 'a_rul'. Did you mean 'a_rule'?")]
    [InlineData("rules: [ a_rule ]", "rules: []", "f.yml:4: error: The filter names no rule.")]
    [InlineData("  rules: [ a_rule ]\n", "", "f.yml:4: error: The filter names no rule.")]
    [InlineData("rules: [ a_rule ]", "rules: [ { a: b } ]", "f.yml:4: error: A rule is named by a list or a map.")]
    [InlineData("rules: [ a_rule ]", "rules: [ a_correlation ]", "f.yml:4: error: 'a_correlation' is no Sigma detection")]
    [InlineData("service: auditlogs", "service: signinlogs", "f.yml:4: error: The rule 'a_rule' has another log source than the filter.")]
    [InlineData("  condition: not selection\n", "", "f.yml:4: error: The filter has no condition")]
    [InlineData("  selection: { Actor.Upn: svc@contoso.nl }\n", "", "f.yml:4: error: The filter has a condition, but no search.")]
    [InlineData("condition: not selection", "condition: [ not selection, selection ]", "f.yml:6: error: A filter has one condition.")]
    [InlineData("condition: not selection", "condition: not selectoin", "f.yml:6: error: The condition names 'selectoin'")]
    [InlineData("owner: soc, ", "", "f.yml:7: error: An exception has no 'owner'.")]
    [InlineData("reason: A test account., ", "reason: '', ", "f.yml:7: error: 'reason' is empty.")]
    [InlineData(", expires: 2026-03-29", "", "f.yml:7: error: An exception has no 'expires'.")]
    [InlineData("2026-03-29", "soon", "f.yml:7: error: 'expires' is no date.")]
    [InlineData(Who, "", "f.yml:1: error: An exception needs somebody who answers for it, a reason and an end.")]
    [InlineData("title: An exception\n", "", "f.yml:1: error: The rule has no title.")]
    [InlineData(Source, "", "f.yml:1: error: The rule has no 'logsource'.")]
    [InlineData(Section, "filter: nothing\n", "f.yml:3: error: 'filter' is not a map.")]
    [InlineData(Source, Source + "id: 5\n", "f.yml:3: error: The id '5' is no UUID.")]
    [InlineData(Source, Source + "detection: { s: { Result: x }, condition: s }\n", "f.yml:3: error: The file is a filter and a detection at once.")]
    public void What_an_exception_lacks_is_told(string part, string other, string message)
    {
        var correlation = "title: C\nid: 5d0a1c52-5a2e-4a5c-8f0e-6a6d8f6b9003\nname: a_correlation\ncorrelation: { type: event_count, rules: [ a_rule ], group-by: [ Actor.Id ], timespan: 1h, condition: { gte: 3 } }\nlevel: low\n";
        var errors = InMemory.Errors(InMemory.Load(("rules/a.yml", s_rule), ("rules/c.yml", correlation), ("rules/f.yml", Filter.Replace(part, other, StringComparison.Ordinal))));
        Assert.Contains(errors, error => error.StartsWith($"rules/{message}", StringComparison.Ordinal));
    }

    private static bool Matches(RuleLoadResult loaded, int rule, string upn, string time = "2026-03-03T12:00:00Z")
    {
        Assert.Empty(InMemory.Errors(loaded));
        return loaded.Rules!.Sigma[rule].Predicate.Matches(Event(upn, DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).UtcDateTime));
    }

    private static LogEvent Event(string upn, DateTime time)
    {
        var logged = new LogEvent(FieldSchema.Canonical) { Time = time };
        logged[CanonicalField.Category] = FieldValue.Of("AuditLogs");
        logged[CanonicalField.Result] = FieldValue.Of("x");
        logged[CanonicalField.ActorUpn] = FieldValue.Of(upn);
        return logged;
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
