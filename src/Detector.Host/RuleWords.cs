using Detector.Engine.Alerts;
using Detector.Engine.Rules;

namespace Detector.Host;

/// <summary>What commands say of a rule, whatever its kind.</summary>
internal static class RuleWords
{
    /// <summary>The kind as a rule file names it.</summary>
    public static string Kind(Rule rule) => rule switch
    {
        SigmaRule => "sigma",
        ScoreRule => "score",
        AggregateRule { Within.Ticks: 0, Measures: [{ Id: "matches" }] } => "sigma",
        WindowRule when rule.File.EndsWith(".yml", StringComparison.OrdinalIgnoreCase) => "correlation",
        AggregateRule or TemporalRule => "aggregate",
        JoinRule => "join",
        AbsenceRule => "absence",
        FirstSeenRule => "first_seen",
        _ => "rule",
    };

    /// <summary>Whether it makes alerts of its own, rather than being a building block of others.</summary>
    public static bool Alerts(Rule rule) => rule is ScoreRule or SigmaRule { Alerts: true } or WindowRule { Alerts: true };

    /// <summary>The severity of its alerts, in words; a dash for a building block.</summary>
    public static string Level(Rule rule) => rule switch
    {
        ScoreRule score => string.Join(", ", score.Levels.Select(level => $"{AlertJson.Word(level.Severity)} from {level.Score}")),
        SigmaRule { Alerts: true } sigma => AlertJson.Word(sigma.Severity),
        WindowRule { Alerts: true } window => AlertJson.Word(window.Severity),
        _ => "-",
    };
}
