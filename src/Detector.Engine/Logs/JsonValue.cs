namespace Detector.Engine.Logs;

/// <summary>What a JSON value is, by its first byte.</summary>
internal enum JsonKind : byte
{
    None,
    Null,
    Text,
    Number,
    True,
    False,
    Object,
    Array,
}

/// <summary>
/// A JSON value where it lies: of a text the bytes between the quotes, of anything else all its bytes. Nothing is
/// decoded until somebody takes it.
/// </summary>
internal readonly ref struct JsonValue(JsonKind kind, ReadOnlySpan<byte> bytes, int start, bool escaped)
{
    public JsonKind Kind { get; } = kind;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>Where <see cref="Bytes"/> begins in what was walked.</summary>
    public int Start { get; } = start;

    /// <summary>A text with escapes in it.</summary>
    public bool Escaped { get; } = escaped;

    public bool IsContainer => Kind is JsonKind.Object or JsonKind.Array;

    public bool IsScalar => Kind is JsonKind.Text or JsonKind.Number or JsonKind.True or JsonKind.False;
}

/// <summary>A <see cref="JsonValue"/> to keep: where it lies, without the bytes.</summary>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly struct JsonSlice(in JsonValue value)
{
    private readonly int _start = value.Start;
    private readonly int _length = value.Bytes.Length;
    private readonly JsonKind _kind = value.Kind;
    private readonly bool _escaped = value.Escaped;

    public bool Found => _kind != JsonKind.None;

    /// <summary>The value in the bytes that it was found in.</summary>
    public JsonValue In(ReadOnlySpan<byte> json) => Found ? new(_kind, json.Slice(_start, _length), _start, _escaped) : default;
}
