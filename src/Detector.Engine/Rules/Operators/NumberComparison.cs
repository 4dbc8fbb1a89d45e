using System.Globalization;

namespace Detector.Engine.Rules.Operators;

/// <summary>Which way a number is compared.</summary>
public enum NumberOrder
{
    /// <summary>Less than.</summary>
    Lt,

    /// <summary>Less than or equal.</summary>
    Lte,

    /// <summary>Greater than.</summary>
    Gt,

    /// <summary>Greater than or equal.</summary>
    Gte,
}

/// <summary>The text is a number that compares as asked; what is no number never does.</summary>
public sealed class NumberComparison(NumberOrder order, decimal bound) : Operator
{
    /// <inheritdoc />
    protected override bool MatchesText(string text)
    {
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return false;
        return order switch
        {
            NumberOrder.Lt => number < bound,
            NumberOrder.Lte => number <= bound,
            NumberOrder.Gt => number > bound,
            _ => number >= bound,
        };
    }

    /// <inheritdoc />
    public override string ToString() => $"{(order switch { NumberOrder.Lt => "<", NumberOrder.Lte => "<=", NumberOrder.Gt => ">", _ => ">=" })} {bound.ToString(CultureInfo.InvariantCulture)}";
}
