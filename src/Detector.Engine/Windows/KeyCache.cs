using System.Runtime.InteropServices;
using Detector.Engine.Streams;

namespace Detector.Engine.Windows;

/// <summary>
/// Keys of pairs of texts that were made lately: people come again with the same country and device, and the hash that makes
/// a key costs more than looking it up. Of fixed size; a later pair takes the place of one that it collides with.
/// </summary>
internal sealed class KeyCache
{
    /// <summary>How many keys are kept.</summary>
    public const int EntriesMax = 1 << 15;

    private Entry[]? _entries;
    private string? _last;
    private Key128 _lastKey;

    /// <summary>The key of a text. Rules ask for that of the same user one after the other.</summary>
    public Key128 Of(string text)
    {
        if (ReferenceEquals(text, _last)) return _lastKey;
        (_last, _lastKey) = (text, Key128.Of(text));
        return _lastKey;
    }

    /// <summary>The key of a group and a value in it.</summary>
    public Key128 Of(string group, string value)
    {
        _entries ??= new Entry[EntriesMax];
        ref var entry = ref _entries[unchecked((Sample(group) ^ Sample(value) * 0x85EB_CA6B) * 0x9E37_79B1) >> 17];
        if (entry.Group is not null && string.Equals(entry.Group, group, StringComparison.Ordinal) && string.Equals(entry.Value, value, StringComparison.Ordinal)) return entry.Key;
        entry = new Entry { Group = group, Value = value, Key = Key128.Of($"{group}\n\n{value}") };
        return entry.Key;
    }

    // The ends of ids differ the most.
    private static uint Sample(string text)
    {
        unchecked
        {
            var hash = (uint)text.Length;
            for (var i = Math.Max(0, text.Length - 8); i < text.Length; i++) hash = (hash << 5) + (hash >> 2) ^ text[i];
            return text.Length == 0 ? hash : hash ^ (uint)text[0] << 20;
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Entry
    {
        public string? Group;
        public string Value;
        public Key128 Key;
    }
}
