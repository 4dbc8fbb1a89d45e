using Detector.Engine.Entra;
using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Engine.Streams;

namespace Detector.Engine.Pipeline;

/// <summary>The matches of one counted rule by its join fields, and the open episodes that wait for more of them.</summary>
internal sealed class CountStore(string key, SigmaRule counted, int[] countedSlots, TimeSpan within)
{
    private readonly Dictionary<Key128, List<Episode>> _waiting = [];

    /// <summary>Names the store in snapshots: rule id and field names, which outlive a change of other rules.</summary>
    public string Key { get; } = key;

    public SigmaRule Counted { get; } = counted;

    // An episode may be evaluated again until it closes, Settle after its anchor.
    public CountWindow Window { get; private set; } = new(within + ActivationSessions.Settle);

    /// <summary>Takes a match; returns the open episodes that it may change.</summary>
    public IReadOnlyList<Episode> Add(LogEvent match, Key128 id, int kind)
    {
        if (KeyOf(match, countedSlots) is not { } join) return [];
        var attempt = match.Text(CanonicalField.AttemptId) ?? match.Id;
        Window.Add(join, ReferenceEquals(attempt, match.Id) ? id : Key128.Of(attempt), match.Id, id, match.Time, kind);
        return _waiting.TryGetValue(join, out var episodes) ? episodes : [];
    }

    public void Wait(Key128 join, Episode episode)
    {
        if (!_waiting.TryGetValue(join, out var episodes)) _waiting.Add(join, episodes = []);
        episodes.Add(episode);
    }

    public void StopWaiting(Key128 join, Episode episode)
    {
        if (!_waiting.TryGetValue(join, out var episodes)) return;
        episodes.Remove(episode);
        if (episodes.Count == 0) _waiting.Remove(join);
    }

    /// <summary>The key of the joined fields; null when one of them is absent: nothing joins what is not known.</summary>
    public static Key128? KeyOf(LogEvent logged, ReadOnlySpan<int> slots)
    {
        if (slots.Length == 1) return logged[slots[0]].Text is { } single ? Key128.Of(single) : null;
        var texts = new string[slots.Length];
        for (var i = 0; i < slots.Length; i++)
        {
            if (logged[slots[i]].Text is not { } text) return null;
            texts[i] = text;
        }

        return Key128.Of(string.Join('\n', texts));
    }
}
