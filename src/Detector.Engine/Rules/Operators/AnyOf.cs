using System.Collections.Immutable;
using Detector.Engine.Logs;

namespace Detector.Engine.Rules.Operators;

/// <summary>One of several tests holds: the forms that a single value of a rule can take.</summary>
public sealed class AnyOf(ImmutableArray<Operator> tests) : Operator
{
    /// <inheritdoc />
    public override bool Matches(FieldValue value)
    {
        foreach (var test in tests)
        {
            if (test.Matches(value)) return true;
        }

        return false;
    }

    /// <inheritdoc />
    protected override bool MatchesText(string text) => Matches(FieldValue.Of(text));

    /// <inheritdoc />
    public override string ToString() => string.Join(" or ", tests);
}
