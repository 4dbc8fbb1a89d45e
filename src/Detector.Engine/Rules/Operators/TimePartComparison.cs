using System.Globalization;
using System.Text;
using Detector.Engine.Logs;

namespace Detector.Engine.Rules.Operators;

/// <summary>A number within a time. The words are those of Sigma.</summary>
public enum TimePart
{
    /// <summary>0 to 59.</summary>
    Minute,

    /// <summary>0 to 23.</summary>
    Hour,

    /// <summary>Of the month, 1 to 31.</summary>
    Day,

    /// <summary>Of the year by ISO 8601, 1 to 53.</summary>
    Week,

    /// <summary>1 to 12.</summary>
    Month,

    /// <summary>1 to 9999.</summary>
    Year,
}

/// <summary>
/// The text is a time whose part is a number, or compares with it as asked. The part is that of UTC, as Entra writes its times; one
/// that is written with another offset is converted first. What is no time never matches.
/// </summary>
public sealed class TimePartComparison(TimePart part, NumberOrder? order, int number) : Operator
{
    // Longer texts are no time.
    private const int TimeCharsMax = 64;

    /// <summary>The least number that a part can be.</summary>
    public static int Least(TimePart part) => part is TimePart.Minute or TimePart.Hour ? 0 : 1;

    /// <summary>The greatest.</summary>
    public static int Greatest(TimePart part) => part switch
    {
        TimePart.Minute => 59,
        TimePart.Hour => 23,
        TimePart.Day => 31,
        TimePart.Week => 53,
        TimePart.Month => 12,
        _ => 9999,
    };

    /// <inheritdoc />
    protected override bool MatchesText(string text)
    {
        if (text.Length > TimeCharsMax) return false;
        Span<byte> bytes = stackalloc byte[TimeCharsMax];
        if (Ascii.FromUtf16(text, bytes, out var written) != System.Buffers.OperationStatus.Done || !RecordTime.TryParse(bytes[..written], out var time)) return false;
        var actual = part switch
        {
            TimePart.Minute => time.Minute,
            TimePart.Hour => time.Hour,
            TimePart.Day => time.Day,
            TimePart.Week => ISOWeek.GetWeekOfYear(time),
            TimePart.Month => time.Month,
            _ => time.Year,
        };
        return order switch
        {
            NumberOrder.Lt => actual < number,
            NumberOrder.Lte => actual <= number,
            NumberOrder.Gt => actual > number,
            NumberOrder.Gte => actual >= number,
            _ => actual == number,
        };
    }

    /// <inheritdoc />
    public override string ToString() =>
        $"has {part.ToString().ToLowerInvariant()} {order switch { NumberOrder.Lt => "<", NumberOrder.Lte => "<=", NumberOrder.Gt => ">", NumberOrder.Gte => ">=", _ => "=" }} {number.ToString(CultureInfo.InvariantCulture)}";
}
