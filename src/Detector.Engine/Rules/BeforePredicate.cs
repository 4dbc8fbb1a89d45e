using Detector.Engine.Logs;

namespace Detector.Engine.Rules;

/// <summary>
/// Holds for events before a moment, which itself is out: an exception or a list entry works until its date. It looks at the
/// event's own time, so that a replay gives what was given live.
/// </summary>
public sealed class BeforePredicate(DateTime end) : Predicate
{
    /// <summary>The first moment at which it does not hold, UTC.</summary>
    public DateTime End { get; } = end;

    /// <inheritdoc />
    public override bool Matches(LogEvent candidate) => candidate.Time < End;

    /// <inheritdoc />
    /// <remarks>Whoever marks the slot of <see cref="CanonicalField.Time"/> as known has set <see cref="LogEvent.Time"/> too.</remarks>
    public override bool? Decide(LogEvent partial, ReadOnlySpan<bool> known) => known[(int)CanonicalField.Time] ? Matches(partial) : null;

    /// <inheritdoc />
    /// <remarks>None: the time of an event is no field that anyone would have to fill for it.</remarks>
    public override void CollectSlots(ISet<int> slots)
    {
    }

    /// <inheritdoc />
    public override void Explain(LogEvent candidate, ICollection<int> slots)
    {
    }

    /// <inheritdoc />
    public override string ToString() => $"the event is before {RecordTime.Format(End)}";
}
