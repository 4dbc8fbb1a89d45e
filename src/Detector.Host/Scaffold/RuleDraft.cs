using Detector.Engine.Rules;

namespace Detector.Host.Scaffold;

/// <summary>The kinds of rules, by what the rule file calls them.</summary>
internal static class RuleKinds
{
    public const string Sigma = "sigma";
    public const string Score = "score";
    public const string Correlation = "correlation";
    public const string FirstSeen = "first_seen";
    public const string Absence = "absence";
    public const string Join = "join";
    public const string Aggregate = "aggregate";

    /// <summary>Each with what it is for.</summary>
    public static readonly IReadOnlyList<(string Kind, string For)> All =
    [
        (Sigma, "a single record"),
        (Score, "points for what is true of an activation"),
        (Correlation, "how many of something in a time, as Sigma says it"),
        (FirstSeen, "something that this person never did before"),
        (Absence, "something that should have followed and did not"),
        (Join, "two records that belong together"),
        (Aggregate, "several measures in one window"),
    ];

    /// <summary>How many rules a kind looks at.</summary>
    public static int Inputs(string kind) => kind switch { Sigma => 0, Absence or Join or Aggregate => 2, _ => 1 };

    /// <summary>How its files end.</summary>
    public static string Ending(string kind) => kind is Sigma or Correlation ? ".yml" : ".detector.yaml";
}

/// <summary>A rule that a new one looks at, and the field that says whose its records are.</summary>
internal sealed record DraftInput(string Name, string Who);

/// <summary>Everything that a new rule's file is written from.</summary>
internal sealed record RuleDraft(Guid Id, string Kind, string Name, string Title, Severity Level, string Runbook, string? Schema, IReadOnlyList<DraftInput> Inputs);
