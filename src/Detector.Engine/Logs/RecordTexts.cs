using System.Text;

namespace Detector.Engine.Logs;

/// <summary>
/// Takes texts out of a record: decoded, trimmed and interned as asked. A text with an escape that JSON does not know is a fault of
/// the record, which is then rejected. One thread.
/// </summary>
internal sealed class RecordTexts(RecordMembers members, TextIntern intern)
{
    /// <summary>What was wrong with a text of the record; null while all is well.</summary>
    public string? Fault { get; private set; }

    /// <summary>Forgets the fault of the last record.</summary>
    public void Begin() => Fault = null;

    /// <summary>The text of a scalar, null for null, absent, objects and arrays.</summary>
    public string? Text(in JsonValue value) => value.IsScalar && TryBytes(value, out var bytes) ? intern.Text(bytes) : null;

    /// <summary>As <see cref="Text"/>, with the empty text as null: Log Analytics writes it where others write null.</summary>
    public string? Filled(in JsonValue value) => value.IsScalar && !value.Bytes.IsEmpty && TryBytes(value, out var bytes) && !bytes.IsEmpty ? intern.Text(bytes) : null;

    /// <summary>As <see cref="Filled"/>, of a text that no other record has: remembering it would only push others out.</summary>
    public string? Unique(in JsonValue value) => value.IsScalar && !value.Bytes.IsEmpty && TryBytes(value, out var bytes) && !bytes.IsEmpty ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>As <see cref="Filled"/>, without spaces around it; of an object with a <c>value</c>, that (Activity Log).</summary>
    public string? Name(in JsonValue value)
    {
        if (value.Kind == JsonKind.Object) return Name(Find(value.Bytes, "value"u8));
        return value.IsScalar && TryBytes(value, out var bytes) && bytes.Trim(" \t"u8) is { IsEmpty: false } trimmed ? intern.Text(trimmed) : null;
    }

    /// <summary>As <see cref="Filled"/>, in lower case.</summary>
    public string? Lower(in JsonValue value)
    {
        if (!value.IsScalar || value.Bytes.IsEmpty || !TryBytes(value, out var bytes)) return null;
        if (bytes.Length > 64) return Encoding.UTF8.GetString(bytes).ToLowerInvariant();
        Span<byte> lower = stackalloc byte[64];
        return Ascii.ToLower(bytes, lower, out var written) == System.Buffers.OperationStatus.Done ? intern.Text(lower[..written]) : Encoding.UTF8.GetString(bytes).ToLowerInvariant();
    }

    /// <summary>
    /// A modified property: Entra writes it as JSON, so a text comes with quotes within its quotes. These are taken off;
    /// lists and objects stay as they are. Null for null.
    /// </summary>
    public string? Modified(in JsonValue value)
    {
        if (value.IsContainer) return JsonText.Compact(value.Bytes);
        if (!value.IsScalar || !TryBytes(value, out var bytes)) return null;
        if (bytes.SequenceEqual("null"u8) && value.Kind == JsonKind.Text) return null;
        if (bytes.Length < 2 || bytes[0] != '"' || bytes[^1] != '"') return intern.Text(bytes);
        var quoted = bytes[1..^1];
        return quoted.Contains((byte)'\\') && members.TryDecode(quoted, out var decoded) ? intern.Text(decoded) : intern.Text(quoted);
    }

    /// <summary>The time that a text says.</summary>
    public bool TryTime(in JsonValue value, out DateTime time)
    {
        time = default;
        return value.Kind == JsonKind.Text && TryBytes(value, out var bytes) && RecordTime.TryParse(bytes, out time);
    }

    /// <summary>The decoded bytes of a scalar, empty of anything else or of a text that is malformed.</summary>
    public ReadOnlySpan<byte> Bytes(in JsonValue value) => value.IsScalar && TryBytes(value, out var bytes) ? bytes : default;

    /// <summary>The decoded bytes of a scalar.</summary>
    public bool TryBytes(in JsonValue value, out ReadOnlySpan<byte> bytes)
    {
        bytes = value.Bytes;
        if (!value.Escaped || members.TryDecode(value.Bytes, out bytes)) return true;
        Fault ??= $"A text at byte {value.Start} of the record, or of JSON inside it, has an escape that JSON does not know.";
        return false;
    }

    /// <summary>The first member of an object with this name, case-insensitively; kind None when there is none.</summary>
    public JsonValue Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var walker = new JsonWalker(json);
        if (!walker.Enter('{')) return default;
        var first = true;
        while (walker.NextKey(ref first, out var key) && walker.Read(out var value))
        {
            if (JsonText.Is(key, name)) return value;
        }

        if (walker.Fault is { } fault) Fail(fault, walker.Position);
        return default;
    }

    /// <summary>Notes a fault inside an object or array.</summary>
    public void Fail(string fault, int position) => Fault ??= $"Malformed JSON at byte {position} of an inner object: {fault}.";
}
