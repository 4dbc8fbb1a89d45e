namespace Detector.Engine.Logs;

/// <summary>
/// Where a record was read: the file or partition, the byte at which it begins there, and its line where lines are
/// counted (from 1; 0 where not).
/// </summary>
public readonly record struct RecordPlace(string Source, long Offset, long Line = 0);

/// <summary>
/// One log record in canonical form: its identity, its event time (UTC) and the values of the fields that the rules
/// ask for. Filled once by the reader and the enrichment; not changed after it has left them.
/// </summary>
public sealed class LogEvent
{
    /// <summary>No record is older: Entra began later, and arithmetic on times has room.</summary>
    public static readonly DateTime TimeMin = new(1990, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>No record is younger.</summary>
    public static readonly DateTime TimeMax = new(2200, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly FieldValue[] _values;

    /// <summary>An event of which nothing is known yet.</summary>
    public LogEvent(FieldSchema schema)
        : this(schema, (schema ?? throw new ArgumentNullException(nameof(schema))).Count)
    {
    }

    // With room for the first slots only: the others are absent and stay so.
    internal LogEvent(FieldSchema schema, int slots)
    {
        Schema = schema;
        _values = new FieldValue[slots];
    }

    /// <summary>What the slots mean.</summary>
    public FieldSchema Schema { get; }

    /// <summary>Record id (<c>properties.id</c>), by which duplicates are known; derived from the content when the record has none.</summary>
    public string Id { get; set; } = "";

    /// <summary>Event time, UTC, to the tick (100 ns).</summary>
    public DateTime Time { get; set; }

    /// <summary>Where it was read.</summary>
    public RecordPlace Place { get; set; }

    /// <summary>The value in a slot of <see cref="Schema"/>.</summary>
    public FieldValue this[int slot]
    {
        get => (uint)slot < (uint)_values.Length ? _values[slot] : default;
        set => _values[slot] = value;
    }

    /// <summary>The value of a canonical field.</summary>
    public FieldValue this[CanonicalField field]
    {
        get => this[(int)field];
        set => _values[(int)field] = value;
    }

    /// <summary>The text of a canonical field, or null when absent.</summary>
    public string? Text(CanonicalField field) => this[(int)field].Text;

    /// <summary>An event with the same values, to be changed on its own.</summary>
    public LogEvent Copy()
    {
        var copy = new LogEvent(Schema) { Id = Id, Time = Time, Place = Place };
        _values.CopyTo(copy._values, 0);
        return copy;
    }

    /// <summary>Empties all slots, so that a reader can use the object again for a record that no rule wanted.</summary>
    public void Clear()
    {
        Array.Clear(_values);
        Id = "";
        Time = default;
        Place = default;
    }
}
