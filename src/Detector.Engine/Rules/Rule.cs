using System.Collections.Immutable;

namespace Detector.Engine.Rules;

/// <summary>How much an alert matters. The words are those of Sigma.</summary>
public enum Severity
{
    /// <summary>For the record; nobody is called.</summary>
    Informational,

    /// <summary>Look when there is time.</summary>
    Low,

    /// <summary>Look today.</summary>
    Medium,

    /// <summary>Look now.</summary>
    High,

    /// <summary>Wake somebody.</summary>
    Critical,
}

/// <summary>What every rule has, whatever its kind. Texts are the author's, from the rule file.</summary>
public abstract record Rule
{
    /// <summary>The <c>id</c> of the file: a UUID in lower case.</summary>
    public required string Id { get; init; }

    /// <summary>The <c>name</c> by which other rules refer to it; the file name without ending where the file gives none.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public required string Title { get; init; }

    /// <summary>What it finds and why that matters.</summary>
    public string Description { get; init; } = "";

    /// <summary><c>sha256:</c> and the hash of the rule's file: alerts say under which text they arose.</summary>
    public required string Version { get; init; }

    /// <summary>As written: <c>attack.t1078.004</c>.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Known causes of false alerts.</summary>
    public ImmutableArray<string> FalsePositives { get; init; } = [];

    /// <summary>A path or address that says what to do; null when the rule has none.</summary>
    public string? Runbook { get; init; }

    /// <summary>So many alerts of it within an hour are a storm; null for the tenant's number.</summary>
    public int? StormAlerts { get; init; }

    /// <summary>The file it was read from, as given to the loader.</summary>
    public required string File { get; init; }
}

/// <summary>A Sigma detection: one alert per matching event, unless it is only a building block of other rules.</summary>
public sealed record SigmaRule : Rule
{
    /// <summary>From <c>level</c>.</summary>
    public required Severity Severity { get; init; }

    /// <summary>The log source and the detection together.</summary>
    public required Predicate Predicate { get; init; }

    /// <summary>False for a building block: another rule refers to it, and it does not say <c>generate: true</c>.</summary>
    public bool Alerts { get; init; } = true;

    /// <summary>Its matches are rows of an activation session: evidence of the alerts about that session.</summary>
    public bool Session { get; init; }
}

/// <summary>Adds points for what is true of an event, and alerts from a threshold.</summary>
public sealed record ScoreRule : Rule
{
    /// <summary>The index in <see cref="RuleSet.Sigma"/> of the rule whose matches are scored, one evaluation per session.</summary>
    public required int On { get; init; }

    /// <summary>What adds points, in the file's order. Alerts list them in this order.</summary>
    public required ImmutableArray<ScoreFactor> Factors { get; init; }

    /// <summary>The least score that alerts (<c>condition: {gte: N}</c>).</summary>
    public required int Threshold { get; init; }

    /// <summary>Least score of each severity, ascending by score; a score below the first has the first's severity.</summary>
    public required ImmutableArray<(int Score, Severity Severity)> Levels { get; init; }
}

/// <summary>One reason for points.</summary>
public abstract record ScoreFactor(string Id);

/// <summary>Points when a condition holds, others when it does not.</summary>
public sealed record WhenFactor(string Id, Predicate When, int Add, int Else) : ScoreFactor(Id);

/// <summary>
/// Points for each match of another rule in the window <c>[t - Within, t]</c>, both ends in, where t is the time of the
/// scored event and the joined fields are equal. Sign-in rows of one attempt count once.
/// </summary>
/// <param name="Id">Name in alerts.</param>
/// <param name="Count">Index in <see cref="RuleSet.Sigma"/> of the rule that is counted.</param>
/// <param name="Join">Pairs of slots: of the scored event, of the counted event.</param>
/// <param name="Within">Length of the window.</param>
/// <param name="AddEach">Points each.</param>
/// <param name="Max">At most so many points; null for no bound.</param>
public sealed record CountFactor(string Id, int Count, ImmutableArray<(int Scored, int Counted)> Join, TimeSpan Within, int AddEach, int? Max) : ScoreFactor(Id);
