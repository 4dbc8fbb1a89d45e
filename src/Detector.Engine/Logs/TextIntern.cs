using System.Text;

namespace Detector.Engine.Logs;

/// <summary>
/// UTF-8 to string, with a bounded memory: a tenant, a user or an operation that comes again is the same object.
/// A full place is overwritten, so that it never grows and never stops learning. One thread.
/// </summary>
internal sealed class TextIntern
{
    /// <summary>How many texts are remembered.</summary>
    public const int EntriesMax = 1 << 14;

    /// <summary>Longer texts are not remembered: they seldom come again.</summary>
    public const int BytesMax = 128;

    private readonly string?[] _texts = new string?[EntriesMax];
    private readonly ulong[] _hashes = new ulong[EntriesMax];
    private readonly byte[][] _bytes = new byte[EntriesMax][];

    /// <summary>The text of valid UTF-8 bytes.</summary>
    public string Text(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return "";
        if (utf8.Length > BytesMax) return Encoding.UTF8.GetString(utf8);
        var hash = ByteHash.Of(utf8);
        var first = (int)(hash & (EntriesMax - 1));
        var second = first ^ 1;
        if (_hashes[first] == hash && _bytes[first] is { } known && utf8.SequenceEqual(known)) return _texts[first]!;
        if (_hashes[second] == hash && _bytes[second] is { } other && utf8.SequenceEqual(other)) return _texts[second]!;

        // The newer of the two moves aside: of two texts that want the same place, the later stays longer.
        _hashes[second] = _hashes[first];
        _bytes[second] = _bytes[first];
        _texts[second] = _texts[first];
        _hashes[first] = hash;
        _bytes[first] = utf8.ToArray();
        return _texts[first] = Encoding.UTF8.GetString(utf8);
    }
}
