using System.Collections.Immutable;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;

namespace Detector.Engine.Windows;

/// <summary>Values that a group had not before.</summary>
internal sealed class FirstSeenLogic(FirstSeenRule rule, WindowTable table) : WindowLogic
{
    public override TimeSpan LookBack => TimeSpan.Zero;

    public override void Mark(WindowGroup group, DateTime now)
    {
        var seen = group.Value?.Last;
        foreach (var entry in group.Entries)
        {
            var isNew = seen is null || Subtract(entry.Time, rule.History) > seen;
            group.SetHit(entry, isNew && table.Origin != DateTime.MaxValue && entry.Time >= Add(table.Origin, rule.WarmUp));
            if (isNew || rule.Refresh) seen = entry.Time;
        }
    }

    public override void Collect(WindowGroup group, int hit, IndexSet into) => into.Add(hit);

    public override ImmutableArray<Factor> Reasons(IReadOnlyList<WindowEntry> entries, WindowEntry first)
    {
        var values = string.Join(", ", rule.Fields.Select((slot, i) => $"{rule.FieldNames[i]} {WindowAlerts.Cut(first.Event[slot].ToString())}"));
        return [new Factor("first_seen", 0, $"{values} not seen in the {Spans.Words(rule.History)} before", WindowAlerts.Ids(entries))];
    }

    public override void Forget(WindowGroup group, WindowEntry entry)
    {
        if (group.Value is { } value && (rule.Refresh || value.Last is not { } seen || Subtract(entry.Time, rule.History) > seen)) value.Last = entry.Time;
    }

    protected override bool Holds(WindowGroup group, int at) => group.Entries[at].IsHit;
}
