using Detector.Engine.Logs;

namespace Detector.Engine.Rules.Operators;

/// <summary>
/// A test of one field's value, compiled once. Pure, thread-safe, without allocation. A field with several texts
/// matches when one of them does; an absent field matches nothing but <see cref="IsNull"/> and <see cref="Exists"/>.
/// </summary>
public abstract class Operator
{
    /// <summary>Whether the value passes.</summary>
    public virtual bool Matches(FieldValue value)
    {
        for (var i = 0; i < value.Count; i++)
        {
            if (MatchesText(value[i])) return true;
        }

        return false;
    }

    /// <summary>Whether one text passes.</summary>
    protected abstract bool MatchesText(string text);
}
