using Detector.Engine.Rules.Operators;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Detector.Engine.Tests.Rules;

public sealed class WildcardPatternTests
{
    [Property(MaxTest = 2000)]
    public Property A_pattern_matches_what_the_obvious_matcher_matches() => Prop.ForAll(
        Arb.From(Text("ab*?\\", 10)), Arb.From(Text("aAb*?\\", 12)), (pattern, text) =>
        {
            var expected = Obvious(pattern, text.ToUpperInvariant());
            Assert.Equal(expected, WildcardPattern.Parse(pattern).Matches(text, StringComparison.OrdinalIgnoreCase));
        });

    [Property(MaxTest = 1000)]
    public Property A_printed_pattern_reads_back_as_the_same() => Prop.ForAll(Arb.From(Text("ab*?\\", 10)), pattern =>
    {
        var printed = WildcardPattern.Parse(pattern).ToString();
        Assert.Equal(printed, WildcardPattern.Parse(printed).ToString());
        Assert.Equal(WildcardPattern.Parse(pattern).Literal, WildcardPattern.Parse(printed).Literal);
    });

    [Property(MaxTest = 1000)]
    public Property Stars_around_a_pattern_make_it_contained() => Prop.ForAll(Arb.From(Text("ab?", 5)), Arb.From(Text("ab", 6)), Arb.From(Text("ab", 6)), (pattern, before, after) =>
    {
        var inner = pattern.Replace('?', 'a');
        Assert.True(WildcardPattern.Parse(pattern).AnyBefore().AnyAfter().Matches(before + inner + after, StringComparison.Ordinal));
        Assert.True(WildcardPattern.Parse(pattern).AnyAfter().Matches(inner + after, StringComparison.Ordinal));
        Assert.True(WildcardPattern.Parse(pattern).AnyBefore().Matches(before + inner, StringComparison.Ordinal));
    });

    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("*", "", true)]
    [InlineData("?", "", false)]
    [InlineData("**", "abc", true)]
    [InlineData(@"\", @"\", true)]
    [InlineData(@"a\", @"a\", true)]
    [InlineData(@"\\\*", @"\*", true)]
    [InlineData(@"\\\*", @"\a", false)]
    public void Edges(string pattern, string text, bool expected) =>
        Assert.Equal(expected, WildcardPattern.Parse(pattern).Matches(text, StringComparison.Ordinal));

    // One step at a time, trying everything.
    private static bool Obvious(string pattern, string text)
    {
        if (pattern.Length == 0) return text.Length == 0;
        if (pattern[0] == '\\' && pattern.Length > 1 && pattern[1] is '*' or '?' or '\\') return text.Length > 0 && text[0] == char.ToUpperInvariant(pattern[1]) && Obvious(pattern[2..], text[1..]);
        return pattern[0] switch
        {
            '*' => Obvious(pattern[1..], text) || (text.Length > 0 && Obvious(pattern, text[1..])),
            '?' => text.Length > 0 && Obvious(pattern[1..], text[1..]),
            var letter => text.Length > 0 && text[0] == char.ToUpperInvariant(letter) && Obvious(pattern[1..], text[1..]),
        };
    }

    private static Gen<string> Text(string letters, int lengthMax) =>
        Gen.Choose(0, lengthMax).SelectMany(length => Gen.Elements(letters.ToCharArray()).ArrayOf(length)).Select(chosen => new string(chosen));
}
