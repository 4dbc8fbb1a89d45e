using System.Runtime.CompilerServices;

namespace Detector.Engine.Logs;

/// <summary>
/// Walks JSON text member by member without building anything. Objects and arrays come as slices, found by counting
/// brackets; who needs their content walks the slice. After a fault nothing more comes, and <see cref="Fault"/> says why.
/// </summary>
internal ref struct JsonWalker(ReadOnlySpan<byte> json, int position = 0)
{
    private readonly ReadOnlySpan<byte> _json = json;

    /// <summary>Next byte to be read.</summary>
    public int Position { get; set; } = position;

    /// <summary>Objects and arrays that are open here; all together may not pass <see cref="JsonScan.DepthMax"/>.</summary>
    public int Depth { get; set; } = 1;

    /// <summary>What was wrong at <see cref="Position"/>; null while all is well.</summary>
    public string? Fault { get; private set; }

    /// <summary>The next byte that is not a space, or 0 at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Peek() => (uint)Position < (uint)_json.Length && _json[Position] > ' ' ? _json[Position] : PeekFar();

    /// <summary>Steps into an object or array when one begins here.</summary>
    public bool Enter(char bracket)
    {
        if (Peek() != bracket) return false;
        Position++;
        return true;
    }

    /// <summary>The next member's name, with the position before its value; false at the end of the object or a fault.</summary>
    public bool NextKey(ref bool first, out JsonValue key)
    {
        // Without spaces, as most exports write: a comma (but for the first), the quotes, a colon.
        var at = first ? Position : Position + 1;
        if ((uint)at < (uint)_json.Length && _json[at] == '"' && (first || _json[at - 1] == ',') && Fault is null)
        {
            var close = JsonScan.StringEnd(_json, at + 1, out var isEscaped);
            if (close > 0 && close + 1 < _json.Length && _json[close + 1] == ':')
            {
                first = false;
                Position = close + 2;
                key = new JsonValue(JsonKind.Text, _json[(at + 1)..close], at + 1, isEscaped);
                return true;
            }
        }

        return NextSpacedKey(ref first, out key);
    }

    /// <summary>Whether one more element follows, with the position before it; false at the end of the array or a fault.</summary>
    public bool NextElement(ref bool first) => Step(ref first, ']');

    /// <summary>Reads the value here; an object or array is skipped as a whole.</summary>
    public bool Read(out JsonValue value)
    {
        value = default;
        var head = Peek();
        var start = Position;
        switch (head)
        {
            case (byte)'"':
                var end = JsonScan.StringEnd(_json, start + 1, out var escaped);
                if (end < 0) return Fail("a text does not end");
                value = new JsonValue(JsonKind.Text, _json[(start + 1)..end], start + 1, escaped);
                Position = end + 1;
                return true;
            case (byte)'{' or (byte)'[':
                var close = JsonScan.SkipContainer(_json, start + 1, 1, JsonScan.DepthMax - Depth);
                if (close == -2) return Fail($"objects and arrays are nested deeper than {JsonScan.DepthMax}");
                if (close < 0) return Fail("an object or array does not end");
                if (_json[close - 1] != head + 2) return Fail("an object or array ends with the wrong bracket");
                value = new JsonValue(head == '{' ? JsonKind.Object : JsonKind.Array, _json[start..close], start, false);
                Position = close;
                return true;
            case (byte)'n':
                return Literal("null"u8, JsonKind.Null, out value);
            case (byte)'t':
                return Literal("true"u8, JsonKind.True, out value);
            case (byte)'f':
                return Literal("false"u8, JsonKind.False, out value);
            default:
                return Number(out value);
        }
    }

    /// <summary>Skips the rest of the object or array that was entered, to after its end.</summary>
    public bool Leave()
    {
        var close = JsonScan.SkipContainer(_json, Position, 1, JsonScan.DepthMax - Depth + 1);
        if (close == -2) return Fail($"objects and arrays are nested deeper than {JsonScan.DepthMax}");
        if (close < 0) return Fail("an object does not end");
        Position = close;
        return true;
    }

    private bool NextSpacedKey(ref bool first, out JsonValue key)
    {
        key = default;
        if (!Step(ref first, '}')) return false;
        if (Peek() != '"') return Fail("a member name was expected");
        var end = JsonScan.StringEnd(_json, Position + 1, out var escaped);
        if (end < 0) return Fail("a member name does not end");
        key = new JsonValue(JsonKind.Text, _json[(Position + 1)..end], Position + 1, escaped);
        Position = end + 1;
        if (Peek() != ':') return Fail("':' was expected after a member name");
        Position++;
        return true;
    }

    private byte PeekFar()
    {
        var at = Position;
        while ((uint)at < (uint)_json.Length && _json[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') at++;
        Position = at;
        return (uint)at < (uint)_json.Length ? _json[at] : (byte)0;
    }

    private bool Step(ref bool first, char close)
    {
        if (Fault is not null) return false;
        var next = Peek();
        if (next == close)
        {
            Position++;
            return false;
        }

        if (first)
        {
            first = false;
            return next != 0 || Fail("the record ends too early");
        }

        if (next != ',') return Fail(next == 0 ? "the record ends too early" : $"',' or '{close}' was expected");
        Position++;
        return true;
    }

    private bool Literal(ReadOnlySpan<byte> text, JsonKind kind, out JsonValue value)
    {
        value = default;
        if (!_json[Position..].StartsWith(text)) return Fail("a value was expected");
        value = new JsonValue(kind, _json.Slice(Position, text.Length), Position, false);
        Position += text.Length;
        return true;
    }

    private bool Number(out JsonValue value)
    {
        value = default;
        var end = Position;
        while ((uint)end < (uint)_json.Length && _json[end] is (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+' or (byte)'.' or (byte)'e' or (byte)'E') end++;
        var length = end - Position;
        if (length == 0 || !(_json[Position] == '-' || char.IsAsciiDigit((char)_json[Position]))) return Fail("a value was expected");
        value = new JsonValue(JsonKind.Number, _json.Slice(Position, length), Position, false);
        Position = end;
        return true;
    }

    private bool Fail(string fault)
    {
        Fault ??= fault;
        return false;
    }
}
