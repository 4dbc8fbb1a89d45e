using System.Collections.Immutable;
using System.Globalization;

namespace Detector.Engine.Rules;

/// <summary>How two values are compared.</summary>
public enum Comparison
{
    /// <summary>Equal.</summary>
    Eq,

    /// <summary>Not equal.</summary>
    Neq,

    /// <summary>Greater than.</summary>
    Gt,

    /// <summary>Greater than or equal.</summary>
    Gte,

    /// <summary>Less than.</summary>
    Lt,

    /// <summary>Less than or equal.</summary>
    Lte,
}

/// <summary>What a measure must be: all bounds hold. No bounds hold for any number.</summary>
public sealed record NumberRange(ImmutableArray<(Comparison Order, decimal Bound)> Bounds)
{
    /// <summary>Whether the number is in the range.</summary>
    public bool Holds(decimal number)
    {
        foreach (var (order, bound) in Bounds)
        {
            if (!Holds(order, number.CompareTo(bound))) return false;
        }

        return true;
    }

    /// <summary>No number below it is in the range; 0 where nothing is known.</summary>
    public decimal Least => Bounds.Select(bound => bound.Order is Comparison.Gt or Comparison.Gte or Comparison.Eq ? bound.Bound : 0).Append(0).Max();

    /// <inheritdoc />
    public override string ToString() => string.Join(" and ", Bounds.Select(bound => $"{Word(bound.Order)} {bound.Bound.ToString(CultureInfo.InvariantCulture)}"));

    internal static bool Holds(Comparison order, int compared) => order switch
    {
        Comparison.Eq => compared == 0,
        Comparison.Neq => compared != 0,
        Comparison.Gt => compared > 0,
        Comparison.Gte => compared >= 0,
        Comparison.Lt => compared < 0,
        _ => compared <= 0,
    };

    private static string Word(Comparison order) => order switch
    {
        Comparison.Eq => "=",
        Comparison.Neq => "≠",
        Comparison.Gt => ">",
        Comparison.Gte => "≥",
        Comparison.Lt => "<",
        _ => "≤",
    };
}
