using System.Buffers;
using System.Collections.Immutable;

namespace Detector.Engine.Rules.Operators;

/// <summary>One of the given texts stands somewhere in the text: all are looked for in one pass.</summary>
public sealed class ContainsOneOf(ImmutableArray<string> texts, bool cased) : Operator
{
    private readonly SearchValues<string> _texts = SearchValues.Create(texts.AsSpan(), cased ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <summary>The texts.</summary>
    public ImmutableArray<string> Texts { get; } = texts;

    /// <inheritdoc />
    protected override bool MatchesText(string text) => text.AsSpan().ContainsAny(_texts);

    /// <inheritdoc />
    public override string ToString() => Texts.Length == 1 ? $"contains '{Texts[0]}'" : $"contains one of {string.Join(", ", Texts.Select(text => $"'{text}'"))}";
}
