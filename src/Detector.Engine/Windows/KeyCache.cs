using System.Runtime.InteropServices;
using Detector.Engine.Streams;

namespace Detector.Engine.Windows;

/// <summary>
/// Keys of texts that were made lately: countries and networks come again, and the hash that makes a key costs more than looking
/// it up. Of fixed size; a later text takes the place of one that it collides with.
/// </summary>
internal sealed class KeyCache
{
    /// <summary>How many keys are kept: few enough for the nearest cache of the processor.</summary>
    public const int EntriesMax = 1 << 9;

    private const int GuidLength = 36;

    private readonly Entry[] _entries = new Entry[EntriesMax];
    private string? _last;
    private Key128 _lastKey;

    /// <summary>The key of the text that names a group. Rules ask for that of the same user one after the other.</summary>
    public Key128 OfGroup(string text)
    {
        if (ReferenceEquals(text, _last)) return _lastKey;
        (_last, _lastKey) = (text, Of(text));
        return _lastKey;
    }

    /// <summary>The key of a text.</summary>
    public Key128 Of(string text)
    {
        // The key of a GUID is read from it as fast as it would be found here.
        if (text.Length == GuidLength) return Key128.Of(text);
        ref var entry = ref _entries[Place(text)];
        if (string.Equals(entry.Text, text, StringComparison.Ordinal)) return entry.Key;
        entry = new Entry { Text = text, Key = Key128.Of(text) };
        return entry.Key;
    }

    // The ends of texts differ the most.
    private static int Place(string text)
    {
        unchecked
        {
            var hash = (uint)text.Length;
            for (var i = Math.Max(0, text.Length - 8); i < text.Length; i++) hash = hash * 31 + text[i];
            return (int)(hash * 0x9E37_79B1 >> 23);
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Entry
    {
        public string? Text;
        public Key128 Key;
    }
}
