using System.Runtime.InteropServices;

namespace Detector.Engine.Logs;

/// <summary>How the scan of a record ended.</summary>
internal enum ScanResult
{
    /// <summary>An object that is a record.</summary>
    Record,

    /// <summary>An object around records; <see cref="RecordMembers.Envelope"/> is the array.</summary>
    Envelope,

    /// <summary>Not readable; <see cref="RecordMembers.Fault"/> says why.</summary>
    Malformed,
}

/// <summary>
/// One pass over a record: where the members lie that are asked for, at the top level and in <c>properties</c>. Of a
/// member that occurs twice the first counts, in every shape and in the prefilter too, so that both agree on it.
/// Log Analytics writes nested columns as JSON inside texts: these are decoded here into scratch memory.
/// One object per thread, used again for each record.
/// </summary>
internal sealed class RecordMembers(SourceFieldTable table)
{
    private const int TopStart = 1;
    private const int InnerStart = 2;

    private readonly Token[] _top = new Token[table.Names.Count];
    private readonly Token[] _inner = new Token[table.Names.Count];
    private readonly MemberSteps _steps = new();
    private byte[] _scratch = [];
    private int _scratchUsed;

    /// <summary>Names to numbers.</summary>
    public SourceFieldTable Table { get; } = table;

    /// <summary>Why the record cannot be read, with the place in it.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>The array of records in an envelope: start and length.</summary>
    public (int Start, int Length) Envelope { get; private set; }

    /// <summary>Whether the record has a <c>properties</c> object: the Event Hub shape.</summary>
    public bool HasProperties { get; private set; }

    /// <summary>Scans a record, which must stay unchanged while values are taken.</summary>
    public ScanResult Scan(ReadOnlySpan<byte> record)
    {
        Array.Clear(_top);
        Array.Clear(_inner);
        _scratchUsed = 0;
        HasProperties = false;
        Envelope = default;
        var walker = new JsonWalker(record);
        if (!walker.Enter('{')) return Malformed("the record is not a JSON object", walker.Position);
        var first = true;
        var step = TopStart;
        while (NextMember(record, ref walker, ref first, ref step, out var id))
        {
            if (id == (int)SourceField.Properties && !HasProperties && walker.Peek() == '{')
            {
                HasProperties = true;
                walker.Position++;
                walker.Depth = 2;
                if (!ScanProperties(record, ref walker)) break;
                walker.Depth = 1;
                continue;
            }

            if (!walker.Read(out var value)) break;
            if (id < 0) continue;
            if (IsEnvelope(id, value)) Envelope = (value.Start, value.Bytes.Length);
            if (!_top[id].Found) _top[id] = new Token(value);
        }

        if (walker.Fault is { } fault) return Malformed(fault, walker.Position);
        if (walker.Peek() != 0 || walker.Position < record.Length) return Malformed("something follows the record", walker.Position);
        if (!HasProperties && _top[(int)SourceField.Properties] is { Kind: JsonKind.Text } text) ScanTextProperties(record, text);
        return Envelope.Length > 0 ? ScanResult.Envelope : ScanResult.Record;
    }

    /// <summary>The value of a top-level member; absent and null have kind None and Null.</summary>
    public JsonValue Top(ReadOnlySpan<byte> record, int id) => Value(record, _top[id]);

    /// <summary>The value of a member of <c>properties</c>.</summary>
    public JsonValue Inner(ReadOnlySpan<byte> record, int id) => Value(record, _inner[id]);

    /// <summary>
    /// The object or array in a value, also when it is written as JSON inside a text; empty when it is neither.
    /// </summary>
    public ReadOnlySpan<byte> Container(in JsonValue value)
    {
        if (value.IsContainer) return value.Bytes;
        if (value.Kind != JsonKind.Text) return default;
        var head = value.Bytes.TrimStart((byte)' ');
        if (head.IsEmpty || head[0] is not ((byte)'{' or (byte)'[')) return default;
        if (!value.Escaped) return value.Bytes;
        return TryDecode(value.Bytes, out var decoded) ? decoded : default;
    }

    /// <summary>The bytes of a text with its escapes decoded, valid until the next scan.</summary>
    public bool TryDecode(ReadOnlySpan<byte> escaped, out ReadOnlySpan<byte> decoded)
    {
        // Decoding is bounded by what a record can hold; fields that decode the same text again get new room.
        if (_scratch.Length - _scratchUsed < escaped.Length)
        {
            _scratch = new byte[Math.Max(4096, escaped.Length * 2)];
            _scratchUsed = 0;
        }

        var room = _scratch.AsSpan(_scratchUsed, escaped.Length);
        var good = JsonText.TryUnescape(escaped, room, out var written);
        decoded = room[..written];
        _scratchUsed += written;
        return good;
    }

    private bool NextMember(ReadOnlySpan<byte> record, ref JsonWalker walker, ref bool first, ref int step, out int id)
    {
        var from = walker.Position;
        if (_steps.TryNext(record, from, ref step, out id, out var length))
        {
            first = false;
            walker.Position = from + length;
            return true;
        }

        if (!walker.NextKey(ref first, out var key)) return false;
        id = key.Escaped ? FindEscaped(key.Bytes) : Table.Find(key.Bytes);
        _steps.Learn(record[from..walker.Position], id, ref step);
        return true;
    }

    private bool ScanProperties(ReadOnlySpan<byte> record, ref JsonWalker walker)
    {
        var first = true;
        var step = InnerStart;
        while (NextMember(record, ref walker, ref first, ref step, out var id))
        {
            if (!walker.Read(out var value)) return false;
            if (id >= 0 && !_inner[id].Found) _inner[id] = new Token(value);
        }

        return walker.Fault is null;
    }

    // Some exports flatten 'properties' into a text. What it holds is taken where it is well formed.
    private void ScanTextProperties(ReadOnlySpan<byte> record, Token text)
    {
        var json = Container(Value(record, text));
        var walker = new JsonWalker(json);
        if (!walker.Enter('{')) return;
        HasProperties = true;
        var first = true;
        while (walker.NextKey(ref first, out var key) && walker.Read(out var value))
        {
            var id = key.Escaped ? FindEscaped(key.Bytes) : Table.Find(key.Bytes);
            if (id >= 0 && !_inner[id].Found) _inner[id] = new Token(value, value.Bytes.ToArray());
        }
    }

    private bool IsEnvelope(int id, in JsonValue value) =>
        id is (int)SourceField.Records or (int)SourceField.Value && value.Kind == JsonKind.Array
        && !_top[(int)SourceField.Time].Found && !_top[(int)SourceField.Category].Found && !_top[(int)SourceField.OperationName].Found
        && !_top[(int)SourceField.TimeGenerated].Found && !_top[(int)SourceField.Id].Found;

    private int FindEscaped(ReadOnlySpan<byte> name)
    {
        if (name.Length > JsonText.NameBytesMax) return -1;
        Span<byte> decoded = stackalloc byte[JsonText.NameBytesMax];
        return JsonText.TryUnescape(name, decoded, out var written) ? Table.Find(decoded[..written]) : -1;
    }

    private ScanResult Malformed(string fault, int position)
    {
        Fault = $"Malformed JSON at byte {position} of the record: {fault}.";
        return ScanResult.Malformed;
    }

    private static JsonValue Value(ReadOnlySpan<byte> record, in Token token) =>
        token.Copy is { } copy ? new JsonValue(token.Kind, copy, 0, token.Escaped)
        : token.Found ? new JsonValue(token.Kind, record.Slice(token.Start, token.Length), token.Start, token.Escaped)
        : default;

    [StructLayout(LayoutKind.Auto)]
    private readonly struct Token(in JsonValue value, byte[]? copy = null)
    {
        public readonly int Start = value.Start;
        public readonly int Length = value.Bytes.Length;
        public readonly JsonKind Kind = value.Kind;
        public readonly bool Escaped = value.Escaped;
        public readonly byte[]? Copy = copy;

        public bool Found => Kind != JsonKind.None;
    }
}
