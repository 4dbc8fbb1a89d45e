using System.Globalization;
using System.Text.Json;
using Detector.Sinks.Console;

namespace Detector.Host.Check;

/// <summary>Writes a verdict: a table for people, lines for machines.</summary>
internal static class CheckReport
{
    private const int NameCharsMax = 80;

    public static void WriteTable(TextWriter output, Verdict verdict)
    {
        RuleVerdict[] rows = [.. verdict.Rules, verdict.Total];
        var width = Math.Max(4, rows.Max(row => Clean(row.Rule).Length));
        output.WriteLine($"{"rule".PadRight(width)}  planted  found  missed  unexplained  precision  recall");
        foreach (var row in rows)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Clean(row.Rule).PadRight(width)}  {row.Planted,7}  {row.Found,5}  {row.Missed,6}  {row.Unexplained,11}  {RuleVerdict.Text(row.Precision),9}  {RuleVerdict.Text(row.Recall),6}"));
        if (verdict.Missed.Count + verdict.Unexplained.Count > 0) output.WriteLine();
        foreach (var missed in verdict.Missed) output.WriteLine($"missed       {Clean(missed.Rule)}  {Asked(missed)}");
        foreach (var alert in verdict.Unexplained) output.WriteLine($"unexplained  {Clean(alert.Rule)}  {Clean(alert.Time)}  {Clean(alert.Severity)}{(alert.Score is { } score ? $" {score.ToString(CultureInfo.InvariantCulture)}" : "")}  alert {Clean(alert.Id)}");
    }

    /// <summary>A line for each rule, then one for each alert that was missed or is unexplained.</summary>
    public static void WriteLines(Stream output, Verdict verdict)
    {
        foreach (var rule in verdict.Rules)
        {
            Line(json =>
            {
                json.WriteString("rule", rule.Rule);
                json.WriteNumber("planted", rule.Planted);
                json.WriteNumber("found", rule.Found);
                json.WriteNumber("missed", rule.Missed);
                json.WriteNumber("unexplained", rule.Unexplained);
                Share(json, "precision", rule.Precision);
                Share(json, "recall", rule.Recall);
            });
        }

        foreach (var missed in verdict.Missed)
        {
            Line(json =>
            {
                json.WriteString("missed", missed.Rule);
                json.WriteString("kind", missed.Story);
                json.WriteStartArray("recordIds");
                foreach (var record in missed.Records) json.WriteStringValue(record);
                json.WriteEndArray();
            });
        }

        foreach (var alert in verdict.Unexplained)
        {
            Line(json =>
            {
                json.WriteString("unexplained", alert.Rule);
                json.WriteString("alertId", alert.Id);
                json.WriteString("eventTime", alert.Time);
            });
        }

        void Line(Action<Utf8JsonWriter> members)
        {
            using (var json = new Utf8JsonWriter(output))
            {
                json.WriteStartObject();
                members(json);
                json.WriteEndObject();
            }

            output.Write("\n"u8);
        }
    }

    private static void Share(Utf8JsonWriter json, string name, double? share)
    {
        if (share is { } known) json.WriteNumber(name, Math.Round(known, 6));
        else json.WriteNull(name);
    }

    private static string Asked(Expectation missed) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Clean(missed.Story)}: {missed.Severity ?? "any level"}{(missed.Score is { } score ? $" {score}" : "")}, records {string.Join(", ", missed.Records.Select(Clean))}");

    private static string Clean(string text) => TerminalText.Clean(text, NameCharsMax);
}
