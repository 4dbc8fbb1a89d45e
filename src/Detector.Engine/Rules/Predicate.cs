using Detector.Engine.Logs;

namespace Detector.Engine.Rules;

/// <summary>
/// A condition over the fields of one event, compiled once and evaluated without I/O, clock or allocation.
/// Immutable and thread-safe. <see cref="object.ToString"/> prints it as a rule author would write it.
/// </summary>
public abstract class Predicate
{
    /// <summary>Whether the event satisfies it. An absent field matches nothing; <c>not</c> of that is true.</summary>
    public abstract bool Matches(LogEvent candidate);

    /// <summary>
    /// Decides with only the slots in <paramref name="known"/> filled (by index): true or false when every completion
    /// of the event gives that answer, else null. The prefilter drops a record only on false, so it must be sound.
    /// </summary>
    public abstract bool? Decide(LogEvent partial, ReadOnlySpan<bool> known);

    /// <summary>Adds each slot that it reads.</summary>
    public abstract void CollectSlots(ISet<int> slots);

    /// <summary>Adds, for an event that matches, the field tests that hold: the slots that explain the match.</summary>
    public abstract void Explain(LogEvent candidate, ICollection<int> slots);
}
