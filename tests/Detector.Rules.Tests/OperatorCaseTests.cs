using Detector.Engine.Logs;
using Detector.Testing;
using Xunit;

namespace Detector.Rules.Tests;

public sealed class OperatorCaseTests
{
    private const string Absent = "<absent>";

    public static TheoryData<string> Cases => [.. Lines()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_value_matches_as_the_table_says(string line)
    {
        var (modifiers, value, field, expected) = Parse(line);
        var name = modifiers == "is" ? "ResultReason" : $"ResultReason|{modifiers}";
        var values = string.Join(", ", value.Split(" || ").Select(Written));
        var loaded = InMemory.Load(InMemory.Sigma($"  selection:\n    {name}: [ {values} ]\n  condition: selection\n"));
        Assert.DoesNotContain(loaded.Diagnostics, problem => problem.Severity == DiagnosticSeverity.Error);
        var logged = new LogEvent(loaded.Rules!.Schema);
        logged[CanonicalField.Category] = FieldValue.Of("AuditLogs");
        if (field != Absent) logged[CanonicalField.ResultReason] = FieldValue.Of(Characters(field).Split(" ;; "));
        logged[CanonicalField.Service] = FieldValue.Of("Core");
        var predicate = loaded.Rules.Sigma[0].Predicate;
        Assert.Equal(expected, predicate.Matches(logged));

        // With everything known the prefilter decides the same; with nothing known it decides nothing wrong.
        var known = new bool[loaded.Rules.Schema.Count];
        Assert.True(predicate.Decide(logged, known) is null);
        Array.Fill(known, true);
        Assert.Equal(expected, predicate.Decide(logged, known));
    }

    [Fact]
    public void Every_modifier_has_a_match_a_mismatch_and_an_absent_case()
    {
        var byModifier = Lines().Select(Parse).GroupBy(line => line.Modifiers).ToDictionary(group => group.Key, group => group.ToList());

        // 'm' and 's' change nothing in one line of text; 'i' is told by its pair.
        foreach (var modifier in Sigma.Modifiers.Known.Except(["i", "m", "s", "base64offset"]).Concat(["is", "re|i", "base64offset|contains", "fieldref|neq", "fieldref|cased", "fieldref|contains", "fieldref|startswith", "fieldref|endswith"]))
        {
            Assert.True(byModifier.TryGetValue(modifier, out var lines), $"'{modifier}' has no case.");
            Assert.Contains(lines, line => line is { Expected: true, Field: not Absent });
            Assert.Contains(lines, line => line is { Expected: false, Field: not Absent });
            Assert.Contains(lines, line => line.Field == Absent);
        }
    }

    // As a rule file has it: numbers, true and false stand without quotes.
    private static string Written(string value) =>
        value == "<null>" ? "null" : value is "true" or "false" || decimal.TryParse(value, System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out _) ? value : $"'{value}'";

    private static string Characters(string field) => field.Replace("<nul>", "\0", StringComparison.Ordinal).Replace("<bom>", "\ufeff", StringComparison.Ordinal);

    private static IEnumerable<string> Lines() => File.ReadLines(RepositoryFolder.Path("tests/Detector.Rules.Tests/cases/operators.cases"))
        .Where(line => line.Length > 0 && !line.StartsWith('#'));

    private static (string Modifiers, string Value, string Field, bool Expected) Parse(string line)
    {
        var arrow = line.LastIndexOf("=>", StringComparison.Ordinal);
        var cells = line[..arrow].Split(" | ");
        Assert.Equal(3, cells.Length);
        return (cells[0].Trim(), cells[1].Trim(), cells[2].Trim(), line[(arrow + 2)..].Trim() switch { "match" => true, "no match" => false, var other => throw new InvalidDataException(other) });
    }
}
