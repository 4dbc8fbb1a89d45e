namespace Detector.Engine.Logs;

/// <summary>
/// The value of one field of one event: absent, one text, or several texts.
/// Numbers and booleans are kept as the text that the log wrote (<c>50126</c>, <c>true</c>), so that the same
/// event gives equal values in every shape of log. A JSON <c>null</c> is absent: Graph writes null where Event Hubs
/// leaves the key out.
/// </summary>
public readonly struct FieldValue : IEquatable<FieldValue>
{
    private readonly object? _value;

    private FieldValue(object? value) => _value = value;

    /// <summary>The field does not occur in the event. It matches nothing but <c>null</c> and <c>exists: false</c>.</summary>
    public static FieldValue Absent => default;

    /// <summary>One text; the empty text is present.</summary>
    public static FieldValue Of(string text) => new(text);

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static FieldValue Of(bool flag) => new(flag ? "true" : "false");

    /// <summary>Several texts; none is absent, and one is that text.</summary>
    public static FieldValue Of(IReadOnlyList<string> texts) => texts.Count switch
    {
        0 => default,
        1 => new(texts[0]),
        _ => new(texts.ToArray()),
    };

    /// <summary>Whether the event has the field.</summary>
    public bool IsPresent => _value is not null;

    /// <summary>The text, the first of several, or null when absent.</summary>
    public string? Text => _value as string ?? (_value as string[])?[0];

    /// <summary>How many texts: 0 when absent.</summary>
    public int Count => _value switch { null => 0, string[] several => several.Length, _ => 1 };

    /// <summary>The text at <paramref name="index"/>, from 0 to <see cref="Count"/> - 1.</summary>
    public string this[int index] => _value is string[] several ? several[index] : (string)_value!;

    /// <inheritdoc />
    public bool Equals(FieldValue other)
    {
        if (Count != other.Count) return false;
        for (var i = 0; i < Count; i++)
        {
            if (!string.Equals(this[i], other[i], StringComparison.Ordinal)) return false;
        }

        return true;
    }

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is FieldValue other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => Text is { } text ? StringComparer.Ordinal.GetHashCode(text) : 0;

    /// <summary>Equal values, compared text by text, case-sensitively.</summary>
    public static bool operator ==(FieldValue left, FieldValue right) => left.Equals(right);

    /// <summary>Not <see cref="op_Equality"/>.</summary>
    public static bool operator !=(FieldValue left, FieldValue right) => !left.Equals(right);

    /// <summary>For people: the texts, or <c>&lt;absent&gt;</c>.</summary>
    public override string ToString() => _value switch
    {
        null => "<absent>",
        string[] several => string.Join(", ", several),
        _ => (string)_value,
    };
}
