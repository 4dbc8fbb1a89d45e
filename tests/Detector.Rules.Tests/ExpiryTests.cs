using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Xunit;

namespace Detector.Rules.Tests;

public sealed class ExpiryTests
{
    private const string List = "name: own\nentries: [ red, { value: blue, expires: 2026-03-29 }, { value: green, expires: 2026-12-31, owner: soc, reason: a test } ]\n";

    // The day begins at 23:00 UTC in winter, and 22:00 in summer.
    [Theory]
    [InlineData("expand", "blue", "2026-03-28T22:59:59.9999999Z", true)]
    [InlineData("expand", "blue", "2026-03-28T23:00:00Z", false)]
    [InlineData("expand", "red", "2030-01-01T00:00:00Z", true)]
    [InlineData("expand", "green", "2026-12-30T22:59:59Z", true)]
    [InlineData("expand", "green", "2026-12-30T23:00:00Z", false)]
    [InlineData("expand|neq", "blue", "2026-03-28T22:00:00Z", false)]
    [InlineData("expand|neq", "blue", "2026-03-28T23:00:00Z", true)]
    [InlineData("expand|contains|all", "red", "2026-12-30T22:00:00Z", false)]
    [InlineData("expand|contains|all", "red, green", "2026-12-30T22:00:00Z", true)]
    [InlineData("expand|contains|all", "red", "2026-12-30T23:00:00Z", true)]
    public void An_entry_works_until_its_day_begins_for_the_tenant(string modifiers, string text, string time, bool expected)
    {
        var predicate = Load(List, $"Justification|{modifiers}: '%own%'").Rules!.Sigma[0].Predicate;
        Assert.Equal(expected, Matches(predicate, text, time));
    }

    [Fact]
    public void When_all_entries_of_a_list_have_expired_it_matches_nothing()
    {
        var predicate = Load("name: own\nentries: [ { value: blue, expires: 2026-03-29 } ]\n", "Justification|expand|contains|all: '%own%'").Rules!.Sigma[0].Predicate;
        Assert.True(Matches(predicate, "blue", "2026-03-28T00:00:00Z"));
        Assert.False(Matches(predicate, "blue", "2026-03-30T00:00:00Z"));
        Assert.False(Matches(predicate, "red", "2026-03-30T00:00:00Z"));
    }

    [Fact]
    public void The_prefilter_leaves_open_what_depends_on_the_time()
    {
        var predicate = Load(List, "Justification|expand: '%own%'").Rules!.Sigma[0].Predicate;
        var logged = new LogEvent(FieldSchema.Canonical);
        logged[CanonicalField.Category] = FieldValue.Of("AuditLogs");
        var known = new bool[CanonicalFields.Count];
        (known[(int)CanonicalField.Category], known[(int)CanonicalField.Justification]) = (true, true);
        foreach (var (text, decided) in new (string, bool?)[] { ("red", true), ("blue", null), ("white", false) })
        {
            logged[CanonicalField.Justification] = FieldValue.Of(text);
            Assert.Equal(decided, predicate.Decide(logged, known));
        }
    }

    [Theory]
    [InlineData(2026, 3, 28, 0)]
    [InlineData(2026, 3, 29, 1)]
    [InlineData(2026, 12, 31, 2)]
    public void Lint_tells_what_has_expired_by_today(int year, int month, int day, int count)
    {
        var loaded = RuleFolder.Load([new RuleFile("rules/lists/own.yaml", System.Text.Encoding.UTF8.GetBytes(List))], new DateOnly(year, month, day));
        Assert.Equal(count, loaded.Diagnostics.Count(problem => problem is { Severity: DiagnosticSeverity.Warning, Line: 2 } && problem.Message.Contains("expired on", StringComparison.Ordinal)));
        Assert.DoesNotContain(RuleFolder.Load([new RuleFile("rules/lists/own.yaml", System.Text.Encoding.UTF8.GetBytes(List))]).Diagnostics, problem => problem.Message.Contains("expired", StringComparison.Ordinal));
    }

    private static bool Matches(Predicate predicate, string text, string time)
    {
        var logged = new LogEvent(FieldSchema.Canonical) { Time = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime };
        logged[CanonicalField.Category] = FieldValue.Of("AuditLogs");
        logged[CanonicalField.Justification] = FieldValue.Of(text);
        return predicate.Matches(logged);
    }

    private static RuleLoadResult Load(string list, string entry) => InMemory.Load(("rules/lists/own.yaml", list), ("rules/a.yml", InMemory.Sigma($"  s:\n    {entry}\n  condition: s\n")));
}
