using System.Runtime.InteropServices;
using System.Text;

namespace Detector.Engine.Logs;

/// <summary>
/// UTF-8 to string, with a bounded memory: a tenant, a user or an operation that comes again is the same object.
/// A full place is overwritten, so that it never grows and never stops learning. One thread.
/// </summary>
internal sealed class TextIntern
{
    /// <summary>
    /// How many texts are remembered: a few pages, so that they stay in the first cache beside the records that stream by.
    /// Measured: with sixteen times as many, looking one up cost more than making it anew.
    /// </summary>
    public const int EntriesMax = 1 << 10;

    /// <summary>Longer texts are not remembered: they seldom come again.</summary>
    public const int BytesMax = 128;

    private readonly Entry[] _entries = new Entry[EntriesMax];

    /// <summary>The text of valid UTF-8 bytes.</summary>
    public string Text(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return "";
        if (utf8.Length > BytesMax) return Encoding.UTF8.GetString(utf8);
        var hash = ByteHash.Of(utf8);
        ref var first = ref _entries[(int)(hash & (EntriesMax - 1))];
        ref var second = ref _entries[(int)(hash & (EntriesMax - 1)) ^ 1];
        if (first.Hash == hash && Is(first.Text, utf8)) return first.Text!;
        if (second.Hash == hash && Is(second.Text, utf8)) return second.Text!;

        // The newer of the two moves aside: of two texts that want the same place, the later stays longer.
        second = first;
        first = new Entry { Hash = hash, Text = Encoding.UTF8.GetString(utf8) };
        return first.Text;
    }

    // Only texts of ASCII have as many characters as bytes, so no other is taken for one.
    private static bool Is(string? text, ReadOnlySpan<byte> utf8) => text is not null && text.Length == utf8.Length && Ascii.Equals(utf8, text);

    [StructLayout(LayoutKind.Auto)]
    private struct Entry
    {
        public ulong Hash;
        public string? Text;
    }
}
