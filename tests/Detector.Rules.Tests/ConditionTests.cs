using Detector.Engine.Logs;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Rules.Tests;

public sealed class ConditionTests
{
    private const string Searches = "  a: { Result: x }\n  b: { Service: x }\n  sel_1: { Justification: x }\n  sel_2: { ResultReason: x }\n  _hidden: { RequestId: x }\n";

    // Letters that are true: a, b, 1 (sel_1), 2 (sel_2).
    [Theory]
    [InlineData("a and b", "ab", true)]
    [InlineData("a and b", "a", false)]
    [InlineData("a or b and sel_1", "a", true)]
    [InlineData("(a or b) and sel_1", "a", false)]
    [InlineData("not a and b", "b", true)]
    [InlineData("not a and b", "ab", false)]
    [InlineData("not (a and b)", "a", true)]
    [InlineData("not not a", "a", true)]
    [InlineData("1 of sel_*", "2", true)]
    [InlineData("any of sel_*", "", false)]
    [InlineData("all of sel_*", "12", true)]
    [InlineData("all of sel_*", "1", false)]
    [InlineData("1 of them", "b", true)]
    [InlineData("all of them", "ab12", true)]
    [InlineData("all of them", "ab1", false)]
    [InlineData("1 of *", "b", true)]
    [InlineData("all of *_1", "1", true)]
    [InlineData("a and not 1 of sel_*", "a1", false)]
    [InlineData("( a )or( b )", "b", true)]
    public void A_condition_holds_as_written(string condition, string trueLetters, bool expected)
    {
        var loaded = InMemory.Load(InMemory.Sigma($"{Searches}  condition: {condition}\n"));
        Assert.Equal(expected, InMemory.Matches(loaded, [.. Fields(trueLetters)]));
    }

    [Theory]
    [InlineData("a and", "the condition ends too early")]
    [InlineData("a b", "'b' stands where the condition should end")]
    [InlineData("(a", "a parenthesis is not closed")]
    [InlineData("a and or b", "'or' stands where a search should be named")]
    [InlineData("selectoin", "the condition names 'selectoin'")]
    [InlineData("1 of nothing_*", "no search fits 'nothing_*'")]
    [InlineData("2 of them", "'2 of' is not known")]
    [InlineData("a AND b", "sigma writes 'and' in small letters")]
    [InlineData("NOT a", "sigma writes 'not' in small letters")]
    [InlineData("1 of sel?1", "'sel?1' is no pattern of search names")]
    [InlineData("1 of _hid*", "no search fits '_hid*'")]
    [InlineData("a | near b", "the condition has an aggregation of Sigma 1 that no correlation says")]
    [InlineData("a | count() > many", "the condition has an aggregation of Sigma 1 that no correlation says")]
    [InlineData("a | sum() > 5", "'sum' names no field")]
    [InlineData("a | count() > 100000", "a window holds no more than")]
    public void A_condition_that_is_none_is_refused_with_its_line(string condition, string reason)
    {
        var loaded = InMemory.Load(InMemory.Sigma($"{Searches}  condition: {condition}\n"));
        var error = Assert.Single(InMemory.Errors(loaded));
        Assert.StartsWith("rules/a.yml:10: error: ", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.OrdinalIgnoreCase);
        Assert.Null(loaded.Rules);
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        var loaded = InMemory.Load(InMemory.Sigma($"{Searches}  condition: {new string('(', 5000)}a\n"));
        Assert.Contains("nested more than 64 deep", Assert.Single(InMemory.Errors(loaded)), StringComparison.Ordinal);
        Assert.Contains("nested more than 64 deep", Assert.Single(InMemory.Errors(InMemory.Load(InMemory.Sigma($"{Searches}  condition: {string.Concat(Enumerable.Repeat("not ", 5000))}a\n")))), StringComparison.Ordinal);
    }

    // The prefilter drops a record on what Decide says, so it must never say more than it can know.
    [Property(MaxTest = 500)]
    public Property What_is_decided_from_some_fields_holds_for_every_completion() => Prop.ForAll(
        Arb.From(Expression(4)), Arb.From(Gen.Choose(0, 15)), Arb.From(Gen.Choose(0, 15)), (expression, known, values) =>
        {
            var predicate = InMemory.Predicate($"{Searches}  condition: {expression}\n");
            CanonicalField[] fields = [CanonicalField.Result, CanonicalField.Service, CanonicalField.Justification, CanonicalField.ResultReason];
            var flags = new bool[CanonicalFields.Count];
            flags[(int)CanonicalField.Category] = true;
            for (var i = 0; i < 4; i++) flags[(int)fields[i]] = (known >> i & 1) != 0;
            LogEvent With(int bits)
            {
                var logged = new LogEvent(FieldSchema.Canonical);
                logged[CanonicalField.Category] = FieldValue.Of("AuditLogs");
                for (var i = 0; i < 4; i++) logged[fields[i]] = (bits >> i & 1) != 0 ? FieldValue.Of("x") : default;
                return logged;
            }

            var completions = Enumerable.Range(0, 16).Where(bits => (bits & known) == (values & known)).Select(bits => predicate.Matches(With(bits))).Distinct().ToList();
            var decided = predicate.Decide(With(values & known), flags);
            if (decided is { } answer) Assert.Equal([answer], completions);
            if (known == 15) Assert.NotNull(decided);
        });

    [Property(MaxTest = 300)]
    public Property Spaces_and_needless_parentheses_leave_a_condition_as_it_is() => Prop.ForAll(Arb.From(Expression(4)), expression =>
    {
        var plain = InMemory.Predicate($"{Searches}  condition: {expression}\n").ToString();
        var dressed = expression.Replace(" and ", "  and ", StringComparison.Ordinal).Replace(" or ", " or  ", StringComparison.Ordinal).Replace("not ", "not  ", StringComparison.Ordinal).Replace("(", "( ((", StringComparison.Ordinal).Replace(")", ")))", StringComparison.Ordinal);
        Assert.Equal(plain, InMemory.Predicate($"{Searches}  condition: ( {dressed} )\n").ToString());
    });

    private static Gen<string> Expression(int depth) => depth == 0
        ? Gen.Elements("a", "b", "sel_1", "sel_2")
        : Gen.OneOf(
            Gen.Elements("a", "b", "sel_1", "sel_2", "1 of sel_*", "all of sel_*"),
            Expression(depth - 1).Select(inner => $"not {(inner.Contains(' ', StringComparison.Ordinal) ? $"({inner})" : inner)}"),
            from left in Expression(depth - 1) from right in Expression(depth - 1) from word in Gen.Elements("and", "or") select $"({left} {word} {right})");

    private static IEnumerable<(CanonicalField, string)> Fields(string letters) => letters.Select(letter => letter switch
    {
        'a' => (CanonicalField.Result, "x"),
        'b' => (CanonicalField.Service, "x"),
        '1' => (CanonicalField.Justification, "x"),
        _ => (CanonicalField.ResultReason, "x"),
    });
}
