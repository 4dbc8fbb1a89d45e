using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Detector.Engine.Logs;

/// <summary>
/// Reads the first members of a record by its quotes alone, without decoding. That is sound as long as no backslash
/// and no inner object or array has come by: then quotes are structural, a member found is a member of the record, and
/// the first of its name. At any doubt it stops, and the record is parsed.
/// </summary>
internal ref struct FlatHeader
{
    private readonly ReadOnlySpan<byte> _record;
    private ulong _quotes;
    private int _base;
    private bool _stopped;

    /// <summary>Begins after the opening brace of a record.</summary>
    public FlatHeader(ReadOnlySpan<byte> record)
    {
        _record = record;
        _base = -64;
    }

    /// <summary>The name of the member that was read last.</summary>
    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>Its value: of a text what is within the quotes, of a number or word its bytes.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether it is a text.</summary>
    public bool IsText { get; private set; }

    /// <summary>Where reading goes on.</summary>
    public int Position { get; private set; }

    /// <summary>Begins again after <paramref name="position"/>, which must lie after an opening brace.</summary>
    public void Seek(int position)
    {
        Position = position;
        _base = position - 64;
        _quotes = 0;
        _stopped = false;
    }

    /// <summary>
    /// Reads the next member with a text, number or word as value. False at an object, an array, a backslash, the end of
    /// the object, or near the end of the record.
    /// </summary>
    public bool Next()
    {
        var open = NextQuote();
        if (open < 0) return false;
        var close = NextQuote();
        if (close < 0) return false;
        Key = _record[(open + 1)..close];
        var at = SkipSpace(close + 1);
        if (at < 0 || _record[at] != ':') return false;
        at = SkipSpace(at + 1);
        if (at < 0) return false;
        var head = _record[at];
        if (head == '"')
        {
            if (NextQuote() != at) return false;
            var end = NextQuote();
            if (end < 0) return false;
            Value = _record[(at + 1)..end];
            IsText = true;
            at = SkipSpace(end + 1);
        }
        else
        {
            if (head is (byte)'{' or (byte)'[') return false;
            var length = _record[at..].IndexOfAny((byte)',', (byte)'}');
            if (length < 0) return false;
            Value = _record.Slice(at, length).TrimEnd(" \t\r\n"u8);
            IsText = false;
            at += length;
        }

        if (at < 0 || _record[at] != ',') return Last(at);
        Position = at + 1;
        return true;
    }

    /// <summary>
    /// From here, the place after the brace of <c>"properties":{</c>, when only flat members lie between; else -1.
    /// </summary>
    public readonly int FindProperties()
    {
        var rest = _record[Position..];
        var brace = rest.IndexOfAny((byte)'{', (byte)'[', (byte)'\\');
        if (brace < 0 || rest[brace] != '{') return -1;
        var before = rest[..brace].TrimEnd(" \t\r\n"u8);
        if (before.IsEmpty || before[^1] != ':') return -1;
        before = before[..^1].TrimEnd(" \t\r\n"u8);
        return before.EndsWith("\"properties\""u8) ? Position + brace + 1 : -1;
    }

    // The last member of the object is good; there is none after it.
    private bool Last(int at)
    {
        _stopped = true;
        _quotes = 0;
        return at >= 0 && _record[at] == '}';
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int NextQuote()
    {
        while (_quotes == 0)
        {
            if (_stopped || !Load()) return -1;
        }

        var at = _base + BitOperations.TrailingZeroCount(_quotes);
        _quotes &= unchecked(_quotes - 1);
        return at;
    }

    private bool Load()
    {
        _base += 64;
        if (_base + 64 > _record.Length) return false;
        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetReference(_record), _base);
        var slashes = Mask(ref at, (byte)'\\');
        _quotes = Mask(ref at, (byte)'"');
        if (slashes == 0) return true;
        _stopped = true;
        _quotes &= unchecked((slashes & (0 - slashes)) - 1);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(ref byte at, byte value)
    {
        if (Vector512.IsHardwareAccelerated) return Vector512.Equals(Vector512.LoadUnsafe(ref at), Vector512.Create(value)).ExtractMostSignificantBits();
        var wanted = Vector256.Create(value);
        return Vector256.Equals(Vector256.LoadUnsafe(ref at), wanted).ExtractMostSignificantBits()
            | (ulong)Vector256.Equals(Vector256.LoadUnsafe(ref at, 32), wanted).ExtractMostSignificantBits() << 32;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int SkipSpace(int at)
    {
        while ((uint)at < (uint)_record.Length)
        {
            if (_record[at] > ' ') return at;
            at++;
        }

        return -1;
    }
}
