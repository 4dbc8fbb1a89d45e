using System.Globalization;
using Detector.Engine.Logs;
using Detector.Engine.Rules;
using Detector.Sinks.Console;

namespace Detector.Host.Explain;

/// <summary>
/// Prints why one record matches a rule or not. Of a rule that looks at several records it tells what this one alone is
/// to it. Texts out of logs are made safe to show.
/// </summary>
internal sealed class Explanation(RuleSet rules, TimeZoneInfo zone, LogEvent record, TextWriter output)
{
    private const int ConditionCharsMax = 240;
    private const int ValueCharsMax = 160;

    public void Write(Rule rule)
    {
        WriteRecord();
        output.WriteLine();
        Write(rule, 0);
    }

    private void WriteRecord()
    {
        var local = TimeZoneInfo.ConvertTime(new DateTimeOffset(record.Time, TimeSpan.Zero), zone);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"record {Clean(record.Id, ValueCharsMax)}  {local:yyyy-MM-dd HH:mm:ss zzz}  {Clean(record.Text(CanonicalField.OperationName) ?? "", ValueCharsMax)}"));
    }

    private void Write(Rule rule, int depth)
    {
        switch (rule)
        {
            case SigmaRule sigma:
                WriteSigma(sigma, depth);
                break;
            case ScoreRule score:
                WriteScore(score, depth);
                break;
            case WindowRule window:
                WriteWindow(window, depth);
                break;
        }
    }

    private void WriteSigma(SigmaRule rule, int depth)
    {
        Line(depth, $"{Name(rule)}: {(rule.Predicate.Matches(record) ? "matches" : "does not match")}{(rule.Alerts ? "" : " (a building block: alerts nobody itself)")}");
        Write(PredicateTrace.Of(rule.Predicate, record), depth + 1);
    }

    private void WriteScore(ScoreRule rule, int depth)
    {
        var on = rules.Sigma[rule.On];
        var total = rule.Factors.Sum(PointsOf);
        Line(depth, on.Predicate.Matches(record)
            ? $"{Name(rule)}: this record alone gives {total} points, and {(total >= rule.Threshold ? "that alerts" : "that does not alert")}: the threshold is {rule.Threshold}"
            : $"{Name(rule)}: does not score this record");
        WriteSigma(on, depth + 1);
        foreach (var factor in rule.Factors)
        {
            Line(depth + 1, string.Create(CultureInfo.InvariantCulture, $"factor {factor.Id}: {PointsOf(factor):+0;-0;0}"));
            if (factor is WhenFactor condition) Write(PredicateTrace.Of(condition.When, record), depth + 2);
            else if (factor is CountFactor count) Line(depth + 2, Describe(count));
        }

        Line(depth + 1, "Other records of the same activation can add fields that this one lacks.");
    }

    private void WriteWindow(WindowRule rule, int depth)
    {
        Line(depth, $"{Name(rule)}: looks at several records; this one {(rule.Inputs.Any(Sees) ? "is one of them" : "is none of them")}");
        Line(depth + 1, WindowText.Of(rule));
        foreach (var input in rule.Inputs)
        {
            if (!input.Key.IsEmpty) Line(depth + 1, $"grouped by {string.Join(", ", input.Key.Select(Field))}");
            if (RuleOf(input) is { } inner) Write(inner, depth + 1);
            else Line(depth + 1, "alerts of severity high and critical, whatever their rule");
        }
    }

    private void Write(PredicateTrace trace, int depth)
    {
        var values = string.Join(", ", trace.Fields.Select(field => $"{field.Name}: {(field.Value.IsPresent ? $"'{Clean(field.Value.ToString(), ValueCharsMax)}'" : "absent")}"));
        Line(depth, $"{(trace.Holds ? "yes" : "no ")}  {Clean(trace.Text, ConditionCharsMax)}{(values.Length == 0 ? "" : $"   [{values}]")}");
        foreach (var part in trace.Parts) Write(part, depth + 1);
    }

    private Rule? RuleOf(RuleInput input) => input.Kind switch
    {
        SourceKind.Sigma => rules.Sigma[input.Index],
        SourceKind.Window => rules.Windows[input.Index],
        SourceKind.Score => rules.Scores[input.Index],
        _ => null,
    };

    private bool Sees(RuleInput input) => RuleOf(input) switch
    {
        SigmaRule sigma => sigma.Predicate.Matches(record),
        ScoreRule score => rules.Sigma[score.On].Predicate.Matches(record),
        WindowRule window => window.Inputs.Any(Sees),
        _ => false,
    };

    private int PointsOf(ScoreFactor factor) => factor switch
    {
        WhenFactor condition => condition.When.Matches(record) ? condition.Add : condition.Else,
        CountFactor count when Counts(count) => Math.Min(count.AddEach, count.Max ?? int.MaxValue),
        _ => 0,
    };

    // A record can be the match that is counted for itself: it lies in its own window.
    private bool Counts(CountFactor count) =>
        rules.Sigma[count.Count].Predicate.Matches(record)
        && count.Join.All(pair => record[pair.Scored] is { Text: { } scored } && string.Equals(scored, record[pair.Counted].Text, StringComparison.OrdinalIgnoreCase));

    private string Describe(CountFactor count) => string.Create(
        CultureInfo.InvariantCulture,
        $"{count.AddEach} for each match of {rules.Sigma[count.Count].Name} in the {Spans.Text(count.Within)} before, where {string.Join(" and ", count.Join.Select(pair => $"{Field(pair.Scored)} is its {rules.Schema.Fields[pair.Counted].Name}"))}; other records decide");

    private string Field(int slot) => $"{rules.Schema.Fields[slot].Name} ({(record[slot].IsPresent ? $"'{Clean(record[slot].ToString(), ValueCharsMax)}'" : "absent")})";

    private static string Name(Rule rule) => $"{Clean(rule.Name, ValueCharsMax)} ({RuleWords.Kind(rule)}, {Clean(rule.Title, ValueCharsMax)})";

    private static string Clean(string text, int charsMax) => TerminalText.Clean(text, charsMax);

    private void Line(int depth, string text)
    {
        for (var i = 0; i < depth; i++) output.Write("  ");
        output.WriteLine(text);
    }
}
