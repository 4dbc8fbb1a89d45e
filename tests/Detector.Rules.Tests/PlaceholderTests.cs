using Detector.Engine.Logs;
using Xunit;

namespace Detector.Rules.Tests;

public sealed class PlaceholderTests
{
    [Theory]
    [InlineData("'%own%'", "red", true)]
    [InlineData("'%own%'", "green", false)]
    [InlineData("'is %own%!'", "is blue!", true)]
    [InlineData("'is %own%!'", "blue", false)]
    [InlineData("[ '%own%', green ]", "green", true)]
    [InlineData("'%empty%'", "", false)]
    [InlineData("'%missing%'", "%missing%", false)]
    [InlineData("100%", "100%", true)]
    [InlineData("'%%'", "%%", true)]
    [InlineData("'%own%-%own%'", "red-blue", true)]
    [InlineData("'%own%-%own%'", "red-green", false)]
    [InlineData(@"'\%plain%own%'", "%plainred", true)]
    [InlineData(@"'\%own\%'", "%own%", true)]
    public void A_placeholder_stands_for_each_entry_of_its_list(string value, string text, bool expected) =>
        Assert.Equal(expected, InMemory.Matches(Load($"Justification|expand: {value}"), (CanonicalField.Justification, text)));

    [Theory]
    [InlineData("Justification|expand: '%empty%'", "The list 'empty' is empty")]
    [InlineData("Justification|expand: '%missing%'", "There is no list 'missing'")]
    [InlineData("Justification|expand: red", "'red' has no placeholder")]
    [InlineData("Justification: '%own%'", "lacks the modifier 'expand'")]
    public void What_was_probably_not_meant_is_warned_of(string entry, string message) =>
        Assert.Contains(Load(entry).Diagnostics, problem => problem.Severity == DiagnosticSeverity.Warning && problem.Message.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void Placeholders_that_multiply_without_bound_are_refused()
    {
        var many = "name: many\nentries: [ " + string.Join(", ", Enumerable.Range(0, 101)) + " ]\n";
        var loaded = InMemory.Load(("rules/lists/many.yaml", many), ("rules/a.yml", InMemory.Sigma("  s: { Justification|expand: '%many%-%many%' }\n  condition: s\n")));
        Assert.Contains("multiply to more than 10000 values", Assert.Single(InMemory.Errors(loaded)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folders_own_list_takes_the_place_of_the_shipped_one()
    {
        var loaded = InMemory.Load(
            ("rules/lists/mine.yaml", "name: interrupts\nentries: [ 1 ]\n"),
            ("rules/a.yml", InMemory.Sigma("  s: { ResultType|expand: '%interrupts%' }\n  condition: s\n")));
        Assert.True(InMemory.Matches(loaded, (CanonicalField.ResultType, "1")));
        Assert.False(InMemory.Matches(loaded, (CanonicalField.ResultType, "50140")));
    }

    private static RuleLoadResult Load(string entry) => InMemory.Load(
        ("rules/lists/own.yaml", "name: own\nentries: [ red, { value: blue } ]\n"),
        ("rules/lists/empty.yaml", "name: empty\nentries: []\n"),
        ("rules/a.yml", InMemory.Sigma($"  s:\n    {entry}\n  condition: s\n")));
}
