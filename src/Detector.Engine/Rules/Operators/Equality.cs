using System.Collections.Frozen;

namespace Detector.Engine.Rules.Operators;

/// <summary>The text is one of the given ones, without regard to case unless <c>cased</c>.</summary>
public sealed class OneOf(IEnumerable<string> texts, bool cased) : Operator
{
    private readonly FrozenSet<string> _texts = texts.ToFrozenSet(cased ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);

    /// <summary>The texts.</summary>
    public IReadOnlyCollection<string> Texts => _texts;

    /// <inheritdoc />
    protected override bool MatchesText(string text) => _texts.Contains(text);

    /// <inheritdoc />
    public override string ToString() => _texts.Count == 1 ? $"is '{_texts.Items[0]}'" : $"is one of {string.Join(", ", _texts.Order(StringComparer.Ordinal).Select(text => $"'{text}'"))}";
}

/// <summary>The field is absent (a JSON null is absent too).</summary>
public sealed class IsNull : Operator
{
    /// <inheritdoc />
    public override bool Matches(Logs.FieldValue value) => !value.IsPresent;

    /// <inheritdoc />
    protected override bool MatchesText(string text) => false;

    /// <inheritdoc />
    public override string ToString() => "is null";
}

/// <summary>The field is there, or is not.</summary>
public sealed class Exists(bool expected) : Operator
{
    /// <inheritdoc />
    public override bool Matches(Logs.FieldValue value) => value.IsPresent == expected;

    /// <inheritdoc />
    protected override bool MatchesText(string text) => expected;

    /// <inheritdoc />
    public override string ToString() => expected ? "exists" : "does not exist";
}
