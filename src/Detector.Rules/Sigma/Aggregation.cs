using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Detector.Engine.Rules;
using Detector.Rules.Windows;
using Detector.Rules.Yaml;

namespace Detector.Rules.Sigma;

/// <summary>
/// The aggregation that Sigma 1 wrote into a condition: <c>selection | count(field) by key > 10</c>, with <c>timeframe</c> beside it.
/// Sigma 2 has correlations in its place; it is read as the correlation that says the same, and lint tells which.
/// </summary>
internal sealed partial record Aggregation(MeasureKind Kind, YamlScalar? Field, IReadOnlyList<YamlScalar> By, NumberRange Range, string Text, TimeSpan Within, int Line)
{
    // What Sigma 1 left to whoever ran the search.
    private static readonly TimeSpan s_withinUnsaid = TimeSpan.FromDays(1);

    /// <summary>Splits a condition at its pipe; null, and a problem where there is one, when it counts nothing that can be translated.</summary>
    public static Aggregation? Read(YamlScalar condition, YamlNode? timeframe, Diagnostics problems, out YamlScalar searches)
    {
        searches = condition;
        var pipe = condition.Text.IndexOf('|', StringComparison.Ordinal);
        if (pipe < 0)
        {
            if (timeframe is not null) problems.Error(timeframe.Line, "'timeframe' belongs to the aggregations that Sigma 2 dropped, and this condition has none.", "Remove it, or write a correlation rule.");
            return null;
        }

        searches = condition with { Text = condition.Text[..pipe] };
        var match = Form().Match(condition.Text[(pipe + 1)..]);
        if (!match.Success)
        {
            problems.Error(condition.Line, "The condition has an aggregation of Sigma 1 that no correlation says.", "Write a correlation rule of type event_count, value_count, temporal or another.");
            return null;
        }

        var field = match.Groups["field"] is { Length: > 0 } group ? new YamlScalar(condition.Line, group.Value, true) : null;
        var function = match.Groups["function"].Value;
        if (field is null && function is not "count") problems.Error(condition.Line, $"'{function}' names no field.", $"Write '{function}(FIELD)'.");
        var kind = function switch { "sum" => MeasureKind.Sum, "avg" => MeasureKind.Average, _ => field is null ? MeasureKind.Count : MeasureKind.Distinct };
        var bound = decimal.Parse(match.Groups["bound"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        if (kind is MeasureKind.Count or MeasureKind.Distinct && bound >= WindowParts.EventsMax) problems.Error(condition.Line, $"A window holds no more than {WindowParts.EventsMax} events.", "Compare with a smaller number.");
        var order = match.Groups["order"].Value switch { ">" => Comparison.Gt, ">=" => Comparison.Gte, "<" => Comparison.Lt, "<=" => Comparison.Lte, _ => Comparison.Eq };
        var by = match.Groups["by"].Captures.Select(one => new YamlScalar(condition.Line, one.Value, true)).ToList();
        var within = Keys.Span(timeframe, "timeframe", problems);
        if (timeframe is null) problems.Warning(condition.Line, "The condition counts, but no 'timeframe' says over how long: a day is taken.", "Add 'timeframe: 1d' to the detection, or write a correlation rule.");
        if (within > WindowParts.WithinMax) problems.Error(timeframe!.Line, $"'timeframe' is longer than {WindowParts.WithinMax.Days} days.", "Give a shorter time.");
        var type = kind switch { MeasureKind.Sum => "value_sum", MeasureKind.Average => "value_avg", MeasureKind.Count => "event_count", _ => "value_count" };
        problems.Info(condition.Line, $"Sigma 2 has no aggregation in a condition: it is translated to a correlation of type {type}.");
        return problems.HasErrors ? null : new Aggregation(kind, field, by, new NumberRange([(order, bound)]), type, within ?? s_withinUnsaid, condition.Line);
    }

    /// <summary>The correlation of the matches of a detection.</summary>
    public WindowRule? Over(LoadedSigma loaded, int sigma, LoadContext context)
    {
        var problems = loaded.Problems;
        if (loaded.Suppress is { } suppress)
        {
            problems.Error(suppress.Line, "A condition that counts cannot be suppressed.", "Write a correlation rule, with 'suppress' in it.");
            return null;
        }

        var rule = loaded.Rule;
        var key = By.Select(field => context.Ask(field.Text, field.Line, problems).Slot).ToImmutableArray();
        ImmutableArray<int> measured = Field is null ? [] : [context.Ask(Field.Text, Field.Line, problems).Slot];
        return new AggregateRule
        {
            Id = rule.Id,
            Name = rule.Name,
            Title = rule.Title,
            Version = rule.Version,
            File = rule.File,
            Severity = rule.Severity,
            Description = rule.Description,
            Tags = rule.Tags,
            FalsePositives = rule.FalsePositives,
            Runbook = rule.Runbook,
            StormAlerts = rule.StormAlerts,
            Inputs = [new RuleInput(SourceKind.Sigma, sigma, rule.Name, rule.Title, key)],
            Gap = Within,
            Within = Within,
            Measures = [new Measure(Text, Kind, [0], [measured], Field?.Text, Range)],
        };
    }

    [GeneratedRegex(@"^\s*(?<function>count|sum|avg)\s*\(\s*(?<field>[\w.-]*)\s*\)(\s+by\s+(?<by>[\w.-]+)(\s*,\s*(?<by>[\w.-]+))*)?\s*(?<order><=|>=|==|=|<|>)\s*(?<bound>\d{1,9})\s*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Form();
}
