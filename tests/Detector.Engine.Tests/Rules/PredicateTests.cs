using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Engine.Rules.Operators;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Engine.Tests.Rules;

public sealed class PredicateTests
{
    // Four fields, each absent, 'a', 'b', or both.
    private const int FieldCount = 4;
    private static readonly FieldValue[] s_values = [FieldValue.Absent, FieldValue.Of("a"), FieldValue.Of("b"), FieldValue.Of(["a", "b"])];

    // The prefilter drops records on this, so what is decided must hold for every completion.
    [Property(MaxTest = 500)]
    public Property What_is_decided_from_some_fields_holds_for_every_completion() => Prop.ForAll(
        Arb.From(Predicates(4)), Arb.From(Gen.Choose(0, (1 << FieldCount) - 1)), Arb.From(Gen.Choose(0, 255)), (predicate, mask, values) =>
        {
            var known = Enumerable.Range(0, CanonicalFields.Count).Select(slot => slot < FieldCount && (mask >> slot & 1) != 0).ToArray();
            var decided = predicate.Decide(Event(values, mask), known);
            if (mask == (1 << FieldCount) - 1) Assert.Equal(predicate.Matches(Event(values, mask)), decided);
            if (decided is not { } answer) return;
            foreach (var rest in Enumerable.Range(0, 256))
            {
                var completion = Enumerable.Range(0, FieldCount).Sum(slot => (((mask >> slot & 1) != 0 ? values : rest) >> (2 * slot) & 3) << (2 * slot));
                Assert.Equal(answer, predicate.Matches(Event(completion, (1 << FieldCount) - 1)));
            }
        });

    [Property(MaxTest = 500)]
    public Property Slots_that_are_not_collected_do_not_matter() => Prop.ForAll(
        Arb.From(Predicates(3)), Arb.From(Gen.Choose(0, 255)), Arb.From(Gen.Choose(0, 255)), (predicate, values, others) =>
        {
            var slots = new HashSet<int>();
            predicate.CollectSlots(slots);
            var changed = Enumerable.Range(0, FieldCount).Sum(slot => ((slots.Contains(slot) ? values : others) >> (2 * slot) & 3) << (2 * slot));
            Assert.Equal(predicate.Matches(Event(values, 15)), predicate.Matches(Event(changed, 15)));
        });

    [Property(MaxTest = 500)]
    public Property What_explains_a_match_suffices_for_it() => Prop.ForAll(
        Arb.From(Predicates(3)), Arb.From(Gen.Choose(0, 255)), (predicate, values) =>
        {
            if (!predicate.Matches(Event(values, 15))) return;
            var slots = new SortedSet<int>();
            predicate.Explain(Event(values, 15), slots);
            var known = Enumerable.Range(0, CanonicalFields.Count).Select(slots.Contains).ToArray();
            Assert.True(predicate.Decide(Event(values, 15), known));
        });

    [Fact]
    public void Matching_allocates_nothing()
    {
        Assert.True(InNetwork.TryCreate("192.0.2.0/24", out var network));
        Assert.True(RegexMatch.TryCreate("^a+b$", RegexOptions.IgnoreCase, out var regex, out _));
        var predicate = new OrPredicate(
        [
            new FieldPredicate("f", 0, [new OneOf(["x", "y", "z"], cased: false)]),
            new FieldPredicate("f", 0, [new Like(WildcardPattern.Parse("*x?y*"), cased: false), new Like(WildcardPattern.Parse("z*"), cased: true)], all: true),
            new FieldPredicate("f", 0, [network!, new NumberComparison(NumberOrder.Gte, 40), regex!]),
            new NotPredicate(new FieldPredicate("f", 1, [new Exists(expected: false)])),
            new AndPredicate([new FieldPredicate("f", 0, [new IsNull()]), new ConstantPredicate(true)]),
        ]);
        var logged = new LogEvent(FieldSchema.Canonical) { [0] = FieldValue.Of(["198.51.100.7", "Global Administrator", "12"]) };
        for (var i = 0; i < 100; i++) Assert.False(predicate.Matches(logged));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) predicate.Matches(logged);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("(a)\\1", "backtracking")]
    [InlineData("(?=a)b", "backtracking")]
    [InlineData("(", "not valid")]
    public void An_expression_that_cannot_be_run_in_linear_time_is_refused(string pattern, string reason)
    {
        Assert.False(RegexMatch.TryCreate(pattern, RegexOptions.None, out _, out var error));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expression_is_bounded()
    {
        Assert.True(RegexMatch.TryCreate(new string('a', RegexMatch.PatternCharsMax), RegexOptions.None, out _, out _));
        Assert.False(RegexMatch.TryCreate(new string('a', RegexMatch.PatternCharsMax + 1), RegexOptions.None, out _, out _));
    }

    [Theory]
    [InlineData("a{99}", false)]
    [InlineData("a{100}", true)]
    [InlineData("a{2,100}", true)]
    [InlineData("a{100,}", true)]
    [InlineData("a{1}b{300}", true)]
    [InlineData("a{b", false)]
    [InlineData("(a{10}){9}", false)]
    [InlineData("(a{10}){10}", true)]
    [InlineData("((a{5}b){5}c){5}", true)]
    [InlineData("(a{50})(b{50})", false)]
    [InlineData("(?:x|(?<y>a{20})){20}", true)]
    [InlineData(@"\(a{10}\){10}", false)]
    [InlineData("[({100}]", false)]
    [InlineData(@"[]\]{100}]a", false)]
    public void Costly_repetition_is_known(string pattern, bool expected)
    {
        Assert.True(RegexMatch.TryCreate(pattern, RegexOptions.None, out var regex, out _));
        Assert.Equal(expected, regex!.IsCostly);
    }

    [Fact]
    public void A_predicate_prints_as_an_author_would_write_it()
    {
        var predicate = new AndPredicate([new FieldPredicate("Result", 0, [new OneOf(["x"], false)]), new NotPredicate(new FieldPredicate("Ip", 1, [new Like(WildcardPattern.Parse("*a?"), false), new IsNull()]))]);
        Assert.Equal("(Result is 'x' and not (Ip is like '*a?' or Ip is null))", predicate.ToString());
    }

    private static LogEvent Event(int values, int mask)
    {
        var logged = new LogEvent(FieldSchema.Canonical);
        for (var slot = 0; slot < FieldCount; slot++)
        {
            if ((mask >> slot & 1) != 0) logged[slot] = s_values[values >> (2 * slot) & 3];
        }

        return logged;
    }

    private static Gen<Predicate> Predicates(int depth)
    {
        var operators = Gen.Elements<Operator>(new OneOf(["a"], false), new OneOf(["b", "c"], true), new Like(WildcardPattern.Parse("?"), false), new Exists(true), new Exists(false), new IsNull(), new NumberComparison(NumberOrder.Lt, 5));
        var leaves = Gen.OneOf(
            from slot in Gen.Choose(0, FieldCount - 1)
            from tests in operators.NonEmptyListOf()
            from all in Gen.Elements(true, false)
            select (Predicate)new FieldPredicate($"f{slot}", slot, [.. tests.Take(3)], all),
            from slot in Gen.Choose(0, FieldCount - 1)
            from all in Gen.Elements(true, false)
            select (Predicate)new KeywordPredicate(slot, [new Like(WildcardPattern.Parse("*a*"), false), new Like(WildcardPattern.Parse("*b*"), false)], all),
            Gen.Elements<Predicate>(new ConstantPredicate(true), new ConstantPredicate(false)));
        if (depth == 0) return leaves;
        var terms = Gen.Choose(1, 3).SelectMany(count => Predicates(depth - 1).ArrayOf(count)).Select(chosen => chosen.ToImmutableArray());
        return Gen.OneOf(
            leaves,
            terms.Select(chosen => (Predicate)new AndPredicate(chosen)),
            terms.Select(chosen => (Predicate)new OrPredicate(chosen)),
            Predicates(depth - 1).Select(term => (Predicate)new NotPredicate(term)));
    }
}
