namespace Detector.Rules.Reload;

/// <summary>What a look at a folder of rules found.</summary>
public enum RuleLookKind
{
    /// <summary>The files are those that were last loaded, or last refused.</summary>
    Unchanged,

    /// <summary>The files have changed since the last look: somebody may still be writing. The next look tells.</summary>
    Settling,

    /// <summary>The change cannot run; the rules in force go on.</summary>
    Refused,

    /// <summary>The change was loaded and checked, and waits for <see cref="RuleReload.Swap"/>.</summary>
    Ready,
}

/// <summary>What a look at a folder of rules found, with every problem of a change: errors where it is refused, else at most warnings.</summary>
public sealed record RuleLook(RuleLookKind Kind, IReadOnlyList<Diagnostic> Diagnostics);
