using System.Globalization;
using System.Text.Json;
using Detector.Engine.Alerts;
using Detector.Sinks.Console;

namespace Detector.Host.Backtest;

/// <summary>Tells what a backtest found: a table for people, or a JSON line for each difference and one for the totals.</summary>
internal static class BacktestReport
{
    /// <summary>The value of <c>schema</c> in each line.</summary>
    public const string Schema = "detector.backtest/1";

    private const int NameCharsMax = 80;

    public static void WriteTable(TextWriter output, AlertComparison found, TimeZoneInfo zone)
    {
        var total = found.Total;
        foreach (var difference in found.Differences) Write(output, difference, zone);
        if (found.Differences.Count > 0) output.WriteLine();
        WriteLeftOut(output, found);
        var width = found.Rules.Keys.Append("all rules").Max(name => Clean(name).Length);
        output.WriteLine($"{"rule".PadRight(width)}  {"old",8}  {"new",8}  {"appear",8}  {"disappear",9}  {"change",8}");
        foreach (var (name, rule) in found.Rules) WriteRow(output, Clean(name).PadRight(width), rule);
        WriteRow(output, "all rules".PadRight(width), total);
        output.WriteLine();
        output.WriteLine(total.Differs
            ? string.Create(CultureInfo.InvariantCulture, $"{total.Appear:N0} alerts appear, {total.Disappear:N0} disappear, {total.Change:N0} change")
            : "no difference");
    }

    public static void WriteLines(Stream output, AlertComparison found)
    {
        foreach (var difference in found.Differences)
        {
            WriteLine(output, json =>
            {
                json.WriteString("kind", difference.Word);
                json.WriteString("alertId", difference.Shown.Id);
                json.WriteString("ruleId", difference.Shown.RuleId);
                json.WriteString("ruleName", difference.Shown.RuleName);
                json.WriteString("eventTime", AlertJson.Time(difference.Shown.Time));
                json.WriteString("actor", difference.Shown.Actor);
                Write(json, "old", difference.Old);
                Write(json, "new", difference.New);
            });
        }

        WriteLine(output, json =>
        {
            json.WriteString("kind", "total");
            Write(json, found.Total);
            json.WriteStartObject("rules");
            foreach (var (name, rule) in found.Rules)
            {
                json.WriteStartObject(name);
                Write(json, rule);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }

    private static string Clean(string text) => TerminalText.Clean(text, NameCharsMax);

    private static void Write(TextWriter output, AlertDifference difference, TimeZoneInfo zone)
    {
        var shown = difference.Shown;
        var local = TimeZoneInfo.ConvertTime(new DateTimeOffset(shown.Time, TimeSpan.Zero), zone);
        var sign = difference.Old is null ? '+' : difference.New is null ? '-' : '~';
        output.Write(string.Create(CultureInfo.InvariantCulture, $"{sign} {AlertJson.Word(shown.Severity).ToUpperInvariant(),-13}  {local:yyyy-MM-dd HH:mm:ss zzz}  {Clean(shown.RuleName)}"));
        if (shown.Actor is { } actor) output.Write($"  {Clean(actor)}");
        if (shown.Role is { } role) output.Write($"  {Clean(role)}");
        if (shown.Score is { } score) output.Write(string.Create(CultureInfo.InvariantCulture, $"  score {score}"));
        output.WriteLine();
        if (difference is not { Old: { } before, New: { } after }) return;
        foreach (var change in before.ChangesTo(after)) output.WriteLine($"    {TerminalText.Clean(change, NameCharsMax * 2)}");
    }

    private static void WriteLeftOut(TextWriter output, AlertComparison found)
    {
        var all = found.Total.Appear + found.Total.Disappear + found.Total.Change;
        if (all > found.Differences.Count) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"… and {all - found.Differences.Count:N0} more differences"));
    }

    private static void WriteRow(TextWriter output, string name, RuleDifference rule) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{name}  {rule.Old,8:N0}  {rule.New,8:N0}  {rule.Appear,8:N0}  {rule.Disappear,9:N0}  {rule.Change,8:N0}"));

    private static void WriteLine(Stream output, Action<Utf8JsonWriter> fill)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            fill(json);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, string name, AlertOutline? alert)
    {
        if (alert is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("severity", AlertJson.Word(alert.Severity));
        if (alert.Score is { } score) json.WriteNumber("score", score);
        else json.WriteNull("score");
        json.WriteStartArray("factors");
        foreach (var (id, points) in alert.Factors)
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteNumber("points", points);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("evidence", alert.Evidence);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RuleDifference rule)
    {
        json.WriteNumber("old", rule.Old);
        json.WriteNumber("new", rule.New);
        json.WriteNumber("appear", rule.Appear);
        json.WriteNumber("disappear", rule.Disappear);
        json.WriteNumber("change", rule.Change);
    }
}
