namespace Detector.Engine.Logs;

/// <summary>How a field beyond the canonical ones is found in a record.</summary>
public enum FieldKind
{
    /// <summary>One of <see cref="CanonicalField"/>.</summary>
    Canonical,

    /// <summary><c>Modified.NAME.Old</c> or <c>.New</c>: a modified property of a target resource, quotes trimmed.</summary>
    Modified,

    /// <summary>
    /// A path into the record, in Event Hub names without the leading <c>properties.</c>, compared
    /// case-insensitively (<c>deviceDetail.browser</c>). A path that ends at an object or array has its JSON text.
    /// A path through an array has one text for each element.
    /// </summary>
    Path,

    /// <summary>The whole record as one JSON text, for Sigma keywords.</summary>
    Whole,
}

/// <summary>One field that the rules ask for. <paramref name="Name"/> is canonical: equal names are the same slot.</summary>
public sealed record FieldDefinition(string Name, FieldKind Kind);

/// <summary>
/// The fields that a rule set needs, as slots of a <see cref="LogEvent"/>: first all <see cref="CanonicalField"/>s,
/// then whatever else rules name. Immutable; made by <see cref="FieldSchemaBuilder"/>.
/// </summary>
public sealed class FieldSchema
{
    private readonly Dictionary<string, int> _slots;

    internal FieldSchema(IReadOnlyList<FieldDefinition> fields, IReadOnlySet<int> asked)
    {
        Fields = fields;
        Asked = asked;
        _slots = fields.Select((f, i) => (f.Name, i)).ToDictionary(p => p.Name, p => p.i, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The fields in slot order.</summary>
    public IReadOnlyList<FieldDefinition> Fields { get; }

    /// <summary>The slots that some rule reads. Others may be left unfilled unless an alert shows them.</summary>
    public IReadOnlySet<int> Asked { get; }

    /// <summary>Number of slots.</summary>
    public int Count => Fields.Count;

    /// <summary>The slot of a field by its canonical name.</summary>
    public bool TryGetSlot(string name, out int slot) => _slots.TryGetValue(name, out slot);

    /// <summary>A schema of the canonical fields alone, all of them asked for.</summary>
    public static FieldSchema Canonical { get; } = new(
        [.. CanonicalFields.Names.Select(n => new FieldDefinition(n, FieldKind.Canonical))],
        Enumerable.Range(0, CanonicalFields.Count).ToHashSet());
}

/// <summary>Collects the fields that rules ask for while they are loaded, then freezes them. Not thread-safe.</summary>
public sealed class FieldSchemaBuilder
{
    private readonly List<FieldDefinition> _fields = [.. FieldSchema.Canonical.Fields];
    private readonly Dictionary<string, int> _slots = FieldSchema.Canonical.Fields.Select((f, i) => (f.Name, i)).ToDictionary(p => p.Name, p => p.i, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<int> _asked = [];

    /// <summary>The slot of <paramref name="field"/>, made when new; from now on it is asked for.</summary>
    public int Ask(FieldDefinition field)
    {
        if (!_slots.TryGetValue(field.Name, out var slot))
        {
            slot = _fields.Count;
            _fields.Add(field);
            _slots.Add(field.Name, slot);
        }

        _asked.Add(slot);
        return slot;
    }

    /// <summary>The slot of a canonical field; from now on it is asked for.</summary>
    public int Ask(CanonicalField field)
    {
        _asked.Add((int)field);
        return (int)field;
    }

    /// <summary>What has been collected so far.</summary>
    public FieldSchema Build() => new([.. _fields], new HashSet<int>(_asked));
}
