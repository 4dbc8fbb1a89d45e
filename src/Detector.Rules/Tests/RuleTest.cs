using Detector.Engine.Rules;

namespace Detector.Rules.Tests;

/// <summary>A test that stands in a rule's own file: events in, what the rule should say of them.</summary>
public sealed record RuleTest
{
    /// <summary>The rule that is tested, by its name.</summary>
    public required string RuleName { get; init; }

    /// <summary>The rule's file.</summary>
    public required string File { get; init; }

    /// <summary>Line of the test in it.</summary>
    public required int Line { get; init; }

    /// <summary>What the test shows.</summary>
    public required string Name { get; init; }

    /// <summary>The time that events without a time of their own have, UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>Rules that run beside it, by name: their alerts are what a rule that looks at <c>alerts.high</c> sees.</summary>
    public IReadOnlyList<string> With { get; init; } = [];

    /// <summary>The events, in order of arrival.</summary>
    public required IReadOnlyList<TestEvent> Events { get; init; }

    /// <summary>The final alerts of the rule, in any order; null for a building block.</summary>
    public IReadOnlyList<ExpectedAlert>? Expect { get; init; }

    /// <summary>How many events a building block matches; null for a rule that alerts.</summary>
    public int? Matches { get; init; }

    /// <summary>Whether the rule finds something in it.</summary>
    public bool Finds => Matches > 0 || Expect is { Count: > 0 };
}

/// <summary>An event of a test: a template and the fields in which it differs.</summary>
/// <param name="Template">Name of the template; see <see cref="EventTemplates"/>.</param>
/// <param name="Times">How many such events, each with an id of its own.</param>
/// <param name="Time">Event time, UTC.</param>
/// <param name="Fields">Field names as written, with their values.</param>
public sealed record TestEvent(string Template, int Times, DateTime Time, IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Fields);

/// <summary>What must hold of one alert; null is not compared.</summary>
public sealed record ExpectedAlert(int? Score, Severity? Level, IReadOnlyDictionary<string, int>? Factors);
