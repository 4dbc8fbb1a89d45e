using System.Globalization;
using System.Text;
using Detector.Sinks.Delivery;
using FsCheck;
using FsCheck.Fluent;

namespace Detector.Sinks.Tests.Delivery;

public sealed class PlainTextTests
{
    private static readonly string[] s_hostile =
    [
        "[reset your password](https://evil.example)", "![i](http://x/y.png)", "**bold**", "{{DATE(2017-02-14T06:08:39Z, SHORT)}}", "{", "{{{", "}}", "<at>CISO</at>", "<AT>", "<a", "t>", "ht", "tp://", "HTTPS://x",
        "\u202E", "\u200B", "\uFEFF", "\u2066", "\u0007", "\u001b[31m", "\r\n", "\u2028", "\t", "<script>alert(1)</script>", "&lt;", "\uD83D", "\uDE00", "😀", "e\u0301\u0301\u0301\u0301", "é", "Ａｄｍｉｎ", "\uE000", "\0",
    ];

    private static Arbitrary<string> Texts()
    {
        var pieces = Gen.OneOf(Gen.Elements(s_hostile), ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""));
        return Gen.ListOf(pieces).Select(parts => string.Concat(parts)).ToArbitrary();
    }

    [Fact]
    public void Nothing_that_is_written_by_others_can_be_more_than_text() => Prop.ForAll(Texts(), text =>
    {
        var clean = PlainText.Clean(text);
        Assert.DoesNotContain("{{", clean, StringComparison.Ordinal);
        Assert.DoesNotContain("<at", clean, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", clean, StringComparison.OrdinalIgnoreCase);
        Assert.True(clean.Length <= PlainText.CharsMax + 40);
        for (var at = 0; at < clean.Length;)
        {
            Assert.True(Rune.TryGetRuneAt(clean, at, out var rune), "half a pair");
            Assert.False(Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned, $"U+{rune.Value:X4}");
            at += rune.Utf16SequenceLength;
        }

        // What was cleaned once stays as it is.
        if (!clean.Contains(" more characters)", StringComparison.Ordinal)) Assert.Equal(clean, PlainText.Clean(clean));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("Mail flow is down", "Mail flow is down")]
    [InlineData("één naam: Zoë, 张伟, O'Brien 😀", "één naam: Zoë, 张伟, O'Brien 😀")]
    [InlineData("line one\r\nline two", "line one / line two")]
    [InlineData("see https://evil.example/x", "see hxxps://evil.example/x")]
    [InlineData("h\u200Bttp://x", "hxxp://x")]
    [InlineData("<\u200Bat>CISO</at>", "(at>CISO(/at>")]
    [InlineData("{\u200B{DATE(x)}}", "{ {DATE(x)}}")]
    [InlineData("user\u202Egnp.exe", "usergnp.exe")]
    [InlineData("{{{{", "{ { { {")]
    [InlineData(null, "")]
    public void Ordinary_text_stays_as_it_is_and_tricks_become_plain(string? text, string clean) => Assert.Equal(clean, PlainText.Clean(text));

    [Fact]
    public void A_long_text_is_cut_and_says_how_much_is_missing()
    {
        Assert.Equal($"{new string('x', 300)} … (700 more characters)", PlainText.Clean(new string('x', 1000)));
        Assert.EndsWith(" … (999700 more characters)", PlainText.Clean(new string('x', 1_000_000)), StringComparison.Ordinal);
        Assert.StartsWith($"{new string('x', 299)} …", PlainText.Clean(new string('x', 299) + "😀 and more"), StringComparison.Ordinal);
    }
}
