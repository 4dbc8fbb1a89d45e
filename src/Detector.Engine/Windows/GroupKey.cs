using System.Collections.Immutable;
using Detector.Engine.Logs;
using Detector.Engine.Streams;

namespace Detector.Engine.Windows;

/// <summary>The identity of a group: the texts of its fields.</summary>
internal static class GroupKey
{
    private static readonly Key128 s_all = Key128.Of("all");

    /// <summary>The texts of the slots, each on a line; null when one of them is absent: nothing is known of what is not there.</summary>
    public static string? Texts(LogEvent logged, ImmutableArray<int> slots)
    {
        if (slots.Length == 1) return logged[slots[0]].Text;
        var texts = new string[slots.Length];
        for (var i = 0; i < slots.Length; i++)
        {
            if (logged[slots[i]].Text is not { } text) return null;
            texts[i] = text;
        }

        return string.Join('\n', texts);
    }

    /// <summary>The key of the slots; without slots everything is one group.</summary>
    public static Key128? Of(LogEvent logged, ImmutableArray<int> slots, KeyCache keys)
    {
        if (slots.IsEmpty) return s_all;
        return Texts(logged, slots) is { } text ? keys.OfGroup(text) : null;
    }

    /// <summary>A group and a value in it.</summary>
    public static GroupValue? ValueOf(LogEvent logged, ImmutableArray<int> slots, ImmutableArray<int> more, KeyCache keys) =>
        Of(logged, slots, keys) is { } group && Texts(logged, more) is { } value ? new GroupValue(group, keys.Of(value)) : null;

    /// <summary>The key of two sets of slots together, which are present.</summary>
    public static Key128 OfBoth(LogEvent logged, ImmutableArray<int> slots, ImmutableArray<int> more) =>
        Key128.Of(slots.IsEmpty ? Texts(logged, more)! : $"{Texts(logged, slots)}\n\n{Texts(logged, more)}");
}
