using System.Collections.Immutable;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;

namespace Detector.Engine.Windows;

/// <summary>All inputs within a window, in any order or in theirs.</summary>
internal sealed class TemporalLogic(TemporalRule rule) : WindowLogic
{
    private readonly ulong _all = rule.Inputs.Length == 64 ? ulong.MaxValue : (1UL << rule.Inputs.Length) - 1;

    public override TimeSpan LookBack => rule.Within;

    public override ImmutableArray<Factor> Reasons(IReadOnlyList<WindowEntry> entries, WindowEntry first) =>
    [
        .. rule.Inputs.Select((input, i) =>
        {
            var own = entries.Where(entry => entry.IsOf(i)).ToList();
            return new Factor(input.Name, 0, own.Count == 1 ? input.Title : $"{own.Count} × {input.Title}", WindowAlerts.Ids(own));
        }),
    ];

    protected override bool Holds(WindowGroup group, int at)
    {
        var time = group.Entries[at].Time;
        var from = group.From(Subtract(time, rule.Within));
        if (rule.Ordered) return InOrder(group, at, from);
        var seen = 0UL;
        for (var i = group.After(time) - 1; i >= from; i--)
        {
            seen |= group.Entries[i].Inputs;
            if (seen == _all) return true;
        }

        return false;
    }

    // From the last input back: the latest event of each that is not after the one found leaves the most room before it.
    private bool InOrder(WindowGroup group, int at, int from)
    {
        if (!group.Entries[at].IsOf(rule.Inputs.Length - 1)) return false;
        var until = group.Entries[at].Time;
        for (var input = rule.Inputs.Length - 2; input >= 0; input--)
        {
            var i = group.After(until) - 1;
            while (i >= from && !group.Entries[i].IsOf(input)) i--;
            if (i < from) return false;
            until = group.Entries[i].Time;
        }

        return true;
    }
}
