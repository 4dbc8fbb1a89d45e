using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Engine.Streams;

namespace Detector.Engine.Windows;

/// <summary>The groups of one window rule.</summary>
internal sealed class WindowTable
{
    /// <summary>At most so many groups at once; beyond that events of further groups are left out, and counted.</summary>
    public const int GroupsMax = WindowLimits.GroupsPerRule;

    private readonly Dictionary<Key128, WindowGroup> _groups = [];
    private readonly KeyCache _keys;

    public WindowTable(WindowRule rule, int depth, bool looksAtAlerts, KeyCache keys)
    {
        Rule = rule;
        _keys = keys;
        Depth = depth;
        LooksAtAlerts = looksAtAlerts;
        Logic = WindowLogic.Of(rule, this);
        if (rule is FirstSeenRule first) Memory = new FirstSeenMemory(first.History, first.Refresh);
    }

    public WindowRule Rule { get; }

    public WindowLogic Logic { get; }

    /// <summary>Greater than that of every rule it looks at.</summary>
    public int Depth { get; }

    /// <summary>Whether the engine's alerts feed it, itself or through another rule; then its own do not feed them.</summary>
    public bool LooksAtAlerts { get; }

    /// <summary>
    /// Whether its alerts are events to rules that look at the engine's alerts: not those of rules that look themselves, and not an
    /// absence without a join, which is about a stream and nobody's deed.
    /// </summary>
    public bool FeedsAlerts => !LooksAtAlerts && Rule is not AbsenceRule { Inputs: [{ Key.IsEmpty: true }, ..] };

    /// <summary>Of a first-seen rule: what it remembers.</summary>
    public FirstSeenMemory? Memory { get; }

    /// <summary>Earliest event of its input; <see cref="DateTime.MaxValue"/> before the first.</summary>
    public DateTime Origin { get; set; } = DateTime.MaxValue;

    /// <summary>Events left out for a limit.</summary>
    public long Dropped { get; private set; }

    /// <summary>Numbers episodes in the order in which they were found.</summary>
    public long Order { get; set; }

    public int Count => _groups.Count;

    public long Entries => _groups.Values.Sum(group => (long)group.Entries.Count);

    public IEnumerable<WindowGroup> Groups => _groups.Values.OrderBy(group => group.Key.High).ThenBy(group => group.Key.Low);

    /// <summary>Takes an event of one input; returns the group to look at, or null when it changes nothing.</summary>
    public WindowGroup? Put(int input, Key128 id, DateTime time, LogEvent logged, DateTime watermark)
    {
        // A value is in the memory or has a group, never both.
        GroupValue? value = null;
        if (Memory is not null && ((value = ValueOf(logged, input)) is not { } known || Memory.IsKnown(known, time, watermark))) return null;
        if (KeyOf(logged, input) is not { } key) return null;
        if (!_groups.TryGetValue(key, out var group))
        {
            if (_groups.Count >= GroupsMax)
            {
                Dropped++;
                return null;
            }

            group = Make(key, value);
        }

        Dropped += group.Put(id, time, logged, input, WindowLogic.Subtract(watermark, Logic.LookBack + Logic.Delay));
        return group;
    }

    /// <summary>Takes back an event that was a finding; returns the group to look at.</summary>
    public WindowGroup? Take(int input, Key128 id, DateTime time, LogEvent logged)
    {
        if (KeyOf(logged, input) is not { } key || !_groups.TryGetValue(key, out var group)) return null;
        group.Take(id, time, logged, input);
        return group;
    }

    /// <summary>The group of a key; made when new.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Of a first-seen rule: the value that it is about.</param>
    public WindowGroup Make(Key128 key, GroupValue? value)
    {
        if (_groups.TryGetValue(key, out var known)) return known;
        var group = new WindowGroup(this, key) { Value = value is { } its ? new SeenValue(its) { Last = Memory?.Take(its) } : null };
        _groups.Add(key, group);
        return group;
    }

    /// <summary>Drops a group of which nothing is left to say.</summary>
    public void Remove(WindowGroup group)
    {
        _groups.Remove(group.Key);
        group.IsGone = true;
        if (Memory is not null && group.Value is { Last: { } seen } value) Memory.Put(value.Key, seen);
    }

    private GroupValue? ValueOf(LogEvent logged, int input) => GroupKey.ValueOf(logged, Rule.Inputs[input].Key, ((FirstSeenRule)Rule).Fields, _keys);

    private Key128? KeyOf(LogEvent logged, int input) => Rule is FirstSeenRule first
        ? ValueOf(logged, input) is null ? null : GroupKey.OfBoth(logged, Rule.Inputs[input].Key, first.Fields)
        : GroupKey.Of(logged, Rule.Inputs[input].Key, _keys) ?? (Rule.Inputs[input].IsAloneWithoutKey ? Key128.Of(logged.Id) : null);
}
