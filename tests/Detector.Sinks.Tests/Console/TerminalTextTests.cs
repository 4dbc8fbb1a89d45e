using Detector.Sinks.Console;
using FsCheck.Xunit;

namespace Detector.Sinks.Tests.Console;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("Zoë van der Örn", "Zoë van der Örn")]
    [InlineData("管理者 👩", "管理者 👩")]
    [InlineData("a\u001b[31mb", "a\\u{001B}[31mb")]
    [InlineData("a\r\nb\tc", "a\\u{000D}\\u{000A}b\\u{0009}c")]
    [InlineData("\u202eabc\u2069", "\\u{202E}abc\\u{2069}")]
    [InlineData("a\u200db\ufeff", "a\\u{200D}b\\u{FEFF}")]
    [InlineData("a\u00a0b\u2028", "a\\u{00A0}b\\u{2028}")]
    [InlineData("e\u0301\u0301\u0301\u0301", "e\u0301\u0301\\u{0301}\\u{0301}")]
    [InlineData("\U000E0041", "\\u{E0041}")]
    public void What_is_not_plainly_visible_is_shown_by_its_number(string text, string shown) => Assert.Equal(shown, TerminalText.Clean(text, 100));

    [Theory]
    [InlineData(4, "abcde", "abcd…")]
    [InlineData(5, "abcde", "abcde")]
    [InlineData(5, "abc\u0000", "abc…")]
    [InlineData(3, "a👩👩", "a👩…")]
    public void The_length_is_bounded(int charsMax, string text, string shown) => Assert.Equal(shown, TerminalText.Clean(text, charsMax));

    [Fact]
    public void Half_a_surrogate_pair_is_shown_as_a_replacement() => Assert.Equal("a\\u{FFFD}b", TerminalText.Clean("a\ud83db", 100));

    [Property]
    public bool Any_text_becomes_safe_and_short(string? text)
    {
        var clean = TerminalText.Clean(text ?? "", 20);
        return clean.Length <= 21 && !clean.Any(char.IsControl) && !clean.Contains('\u202e', StringComparison.Ordinal);
    }
}
