using System.Collections.Immutable;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;

namespace Detector.Engine.Windows;

/// <summary>What one kind of window rule makes of the events of a group. Without state of its own.</summary>
internal abstract class WindowLogic
{
    /// <summary>How long before a hit events matter to it.</summary>
    public abstract TimeSpan LookBack { get; }

    /// <summary>How long after an event's time it is known whether the rule holds at it.</summary>
    public virtual TimeSpan Delay => TimeSpan.Zero;

    /// <summary>Whether an event is judged once and for good when the watermark has passed it by <see cref="Delay"/>.</summary>
    public virtual bool JudgesOnce => false;

    /// <summary>Of a rule that judges once: when the next event is to be judged that has no answer yet; null when each has one.</summary>
    /// <param name="group">The group.</param>
    /// <param name="now">No event before it will come.</param>
    public virtual DateTime? JudgesNext(WindowGroup group, DateTime now) => null;

    /// <summary>With fewer events in the group nothing can hold.</summary>
    public virtual int EntriesMin => 1;

    /// <summary>Sets <see cref="WindowEntry.IsHit"/> of each entry that what <see cref="WindowGroup.Changed"/> says may concern.</summary>
    /// <param name="group">The group.</param>
    /// <param name="now">No event before it will come.</param>
    public virtual void Mark(WindowGroup group, DateTime now)
    {
        if (group.Changed is not { } changed) return;
        var end = group.After(Add(changed.To, LookBack));
        for (var i = group.From(changed.From); i < end; i++) group.SetHit(group.Entries[i], Holds(group, i));
    }

    /// <summary>Adds the entries that make the rule hold at a hit.</summary>
    public virtual void Collect(WindowGroup group, int hit, IndexSet into)
    {
        var end = group.After(group.Entries[hit].Time);
        for (var i = group.From(Subtract(group.Entries[hit].Time, LookBack)); i < end; i++) into.Add(i);
    }

    /// <summary>Why the rule holds, from the entries that make it.</summary>
    public abstract ImmutableArray<Factor> Reasons(IReadOnlyList<WindowEntry> entries, WindowEntry first);

    /// <summary>What is to be kept of an entry that goes.</summary>
    public virtual void Forget(WindowGroup group, WindowEntry entry)
    {
    }

    /// <summary>The logic of a rule.</summary>
    public static WindowLogic Of(WindowRule rule, WindowTable table) => rule switch
    {
        AggregateRule aggregate => new AggregateLogic(aggregate),
        TemporalRule temporal => new TemporalLogic(temporal),
        JoinRule join => new JoinLogic(join),
        AbsenceRule absence => new AbsenceLogic(absence),
        FirstSeenRule first => new FirstSeenLogic(first, table),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Whether the rule holds at an entry, from what is known now.</summary>
    protected abstract bool Holds(WindowGroup group, int at);

    internal static DateTime Add(DateTime time, TimeSpan span) => time > DateTime.MaxValue - span ? DateTime.MaxValue : time + span;

    internal static DateTime Subtract(DateTime time, TimeSpan span) => time < DateTime.MinValue + span ? DateTime.MinValue : time - span;
}
