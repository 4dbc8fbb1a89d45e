using System.Numerics;

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

    // Packed, the values of the slots that are present lie side by side, and two words say which those are.
    private const int PackedSlotsMax = 128;

    private readonly FieldValue[] _values;
    private readonly ulong _low;
    private readonly ulong _high;
    private readonly bool _isPacked;

    /// <summary>An event of which nothing is known yet.</summary>
    public LogEvent(FieldSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        Schema = schema;
        _values = new FieldValue[schema.Count];
    }

    private LogEvent(LogEvent other)
    {
        (Schema, Id, Time, Place, _isPacked) = (other.Schema, other.Id, other.Time, other.Place, true);
        var count = 0;
        for (var slot = 0; slot < other._values.Length; slot++)
        {
            if (!other._values[slot].IsPresent) continue;
            count++;
            if (slot < 64) _low |= 1UL << slot;
            else _high |= 1UL << slot;
        }

        _values = new FieldValue[count];
        count = 0;
        foreach (var value in other._values)
        {
            if (value.IsPresent) _values[count++] = value;
        }
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
    /// <exception cref="InvalidOperationException">Set on an event that a reader has given out.</exception>
    public FieldValue this[int slot]
    {
        get
        {
            if (_isPacked) return Find(slot);
            return (uint)slot < (uint)_values.Length ? _values[slot] : default;
        }

        set
        {
            if (_isPacked) throw new InvalidOperationException("An event is not changed after its reader; change a copy.");
            _values[slot] = value;
        }
    }

    /// <summary>The value of a canonical field.</summary>
    public FieldValue this[CanonicalField field]
    {
        get => this[(int)field];
        set => this[(int)field] = value;
    }

    /// <summary>The text of a canonical field, or null when absent.</summary>
    public string? Text(CanonicalField field) => this[(int)field].Text;

    /// <summary>An event with the same values, to be changed on its own.</summary>
    public LogEvent Copy()
    {
        var copy = new LogEvent(Schema) { Id = Id, Time = Time, Place = Place };
        for (var slot = 0; slot < copy._values.Length; slot++) copy._values[slot] = this[slot];
        return copy;
    }

    /// <summary>
    /// The same event to be kept, which cannot be changed: it has room for what is present alone, a third of the rest. This
    /// object itself where the schema has too many fields for that.
    /// </summary>
    internal LogEvent Pack() => _isPacked || _values.Length > PackedSlotsMax ? this : new LogEvent(this);

    /// <summary>Empties all slots, so that a reader can use the object again for a record that no rule wanted.</summary>
    public void Clear()
    {
        Array.Clear(_values);
        Id = "";
        Time = default;
        Place = default;
    }

    private FieldValue Find(int slot)
    {
        if ((uint)slot >= PackedSlotsMax) return default;
        var word = slot < 64 ? _low : _high;
        var bit = 1UL << slot;
        if ((word & bit) == 0) return default;
        var before = BitOperations.PopCount(word & (bit - 1));
        return _values[slot < 64 ? before : before + BitOperations.PopCount(_low)];
    }
}
