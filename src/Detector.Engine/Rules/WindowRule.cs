using System.Collections.Immutable;

namespace Detector.Engine.Rules;

/// <summary>What kind of thing a window rule looks at.</summary>
public enum SourceKind
{
    /// <summary>The matches of a Sigma detection; the index is that of <see cref="RuleSet.Sigma"/>.</summary>
    Sigma,

    /// <summary>The findings of another window rule; the index is that of <see cref="RuleSet.Windows"/>.</summary>
    Window,

    /// <summary>The alerts of a score rule; the index is that of <see cref="RuleSet.Scores"/>.</summary>
    Score,

    /// <summary>The engine's own alerts of severity high and critical, of rules that do not look at them themselves.</summary>
    HighAlerts,
}

/// <summary>A source of a window rule: what it looks at, under which name, and the slots by which its events are grouped.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Index">Which of them; 0 for <see cref="SourceKind.HighAlerts"/>.</param>
/// <param name="Name">The rule's name, as alerts show it.</param>
/// <param name="Title">The rule's title, for people.</param>
/// <param name="Key">Slots whose texts together are the group; none is one group for all. An event that lacks one of them is left out.</param>
public sealed record RuleInput(SourceKind Kind, int Index, string Name, string Title, ImmutableArray<int> Key)
{
    /// <summary>
    /// An event that lacks a field of the key is a group of its own instead: what only keeps repeats quiet must lose no match.
    /// </summary>
    public bool IsAloneWithoutKey { get; init; }
}

/// <summary>
/// A rule over several events of one group, in event time. Windows are <c>[t − W, t]</c>, both ends in. What it finds is a
/// function of the set of events: their order of arrival within the lateness leaves no trace.
/// </summary>
public abstract record WindowRule : Rule
{
    /// <summary>Of its alerts.</summary>
    public required Severity Severity { get; init; }

    /// <summary>False for a building block: another rule refers to it, and it does not say <c>generate: true</c>.</summary>
    public bool Alerts { get; init; } = true;

    /// <summary>What it looks at, in the rule's order.</summary>
    public required ImmutableArray<RuleInput> Inputs { get; init; }

    /// <summary>Finds of one group no further apart than this are one alert, with the later ones as more evidence.</summary>
    public required TimeSpan Gap { get; init; }
}

/// <summary>What is measured in a window.</summary>
public enum MeasureKind
{
    /// <summary>How many events.</summary>
    Count,

    /// <summary>How many different values of the fields; events that lack one are left out.</summary>
    Distinct,

    /// <summary>Sum of a field; what is no number is left out.</summary>
    Sum,

    /// <summary>Mean of a field.</summary>
    Average,

    /// <summary>The least value that <see cref="Measure.Percentile"/> per cent of the values do not exceed (nearest rank).</summary>
    Percentile,

    /// <summary>Events of the first input, divided by those of the second; none when the second has no events.</summary>
    Ratio,
}

/// <summary>One measure of a window, and what it must be.</summary>
/// <param name="Id">Its name in alerts.</param>
/// <param name="Kind">What is measured.</param>
/// <param name="Inputs">Over which inputs, by index; two for a ratio.</param>
/// <param name="Fields">For each input of the rule the slots that are measured; none where nothing is.</param>
/// <param name="FieldName">The field as the rule names it, for people; null where there is none.</param>
/// <param name="Range">What it must be.</param>
/// <param name="Percentile">1 to 99; 0 where it is no percentile.</param>
public sealed record Measure(string Id, MeasureKind Kind, ImmutableArray<int> Inputs, ImmutableArray<ImmutableArray<int>> Fields, string? FieldName, NumberRange Range, int Percentile = 0);

/// <summary>Holds at an event when all measures of the window that ends with it are in their ranges.</summary>
public sealed record AggregateRule : WindowRule
{
    /// <summary>Length of the window; zero is the event itself.</summary>
    public required TimeSpan Within { get; init; }

    /// <summary>All must hold.</summary>
    public required ImmutableArray<Measure> Measures { get; init; }
}

/// <summary>Holds at an event when the window that ends with it has events of all inputs, in their order if asked.</summary>
public sealed record TemporalRule : WindowRule
{
    /// <summary>Length of the window.</summary>
    public required TimeSpan Within { get; init; }

    /// <summary>Whether they must come in the order of the inputs; equal times are in order.</summary>
    public required bool Ordered { get; init; }
}

/// <summary>A comparison across the two events of a join; it does not hold where one of them lacks its field.</summary>
public readonly record struct JoinCondition(int First, Comparison Order, int Second, string Text);

/// <summary>Holds at an event when an earlier one of the other input lies in the window and all comparisons hold of the pair.</summary>
public sealed record JoinRule : WindowRule
{
    /// <summary>Length of the window.</summary>
    public required TimeSpan Within { get; init; }

    /// <summary>Whether the second input's event must not be before that of the first.</summary>
    public required bool Ordered { get; init; }

    /// <summary>All must hold.</summary>
    public required ImmutableArray<JoinCondition> Where { get; init; }
}

/// <summary>Where an expected event is looked for.</summary>
public enum LookFor
{
    /// <summary>In <c>[t, t + Within + Grace]</c>.</summary>
    After,

    /// <summary>In <c>[t − Within, t + Grace]</c>.</summary>
    Before,

    /// <summary>In <c>[t − Within, t + Within + Grace]</c>.</summary>
    Around,
}

/// <summary>
/// Holds at an event of the first input when fewer than <see cref="AtLeast"/> events of the others are found near it. It is known
/// once the watermark has passed the time in which they could come.
/// </summary>
public sealed record AbsenceRule : WindowRule
{
    /// <summary>How far off an expected event may be.</summary>
    public required TimeSpan Within { get; init; }

    /// <summary>Where it is looked for.</summary>
    public required LookFor Look { get; init; }

    /// <summary>How much later than <see cref="Within"/> it still counts.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>Fewer than so many is an absence.</summary>
    public required int AtLeast { get; init; }

    /// <summary>For each input the slot whose different values are counted; null to count events.</summary>
    public ImmutableArray<int>? Distinct { get; init; }
}

/// <summary>
/// Holds at an event whose <see cref="Fields"/> have values that the group had not in the <see cref="History"/> before it.
/// Nothing is found until records go back by <see cref="WarmUp"/>.
/// </summary>
public sealed record FirstSeenRule : WindowRule
{
    /// <summary>Slots that together are the value; an event that lacks one is left out.</summary>
    public required ImmutableArray<int> Fields { get; init; }

    /// <summary>A value that was not seen for longer is new again.</summary>
    public required TimeSpan History { get; init; }

    /// <summary>How long the rule only learns, from the earliest event of its input on.</summary>
    public required TimeSpan WarmUp { get; init; }

    /// <summary>Whether each sighting renews the history; otherwise it counts from the first.</summary>
    public required bool Refresh { get; init; }

    /// <summary>The fields as the rule names them, for people.</summary>
    public required ImmutableArray<string> FieldNames { get; init; }
}
