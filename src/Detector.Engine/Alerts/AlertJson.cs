using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Detector.Engine.Rules;

namespace Detector.Engine.Alerts;

/// <summary>
/// Writes alerts as JSON, version 1: one line each, without the line end. Equal alerts give equal bytes. Control,
/// bidirectional and other non-Latin characters are escaped, so that a line is safe to show.
/// </summary>
public static class AlertJson
{
    /// <summary>The value of <c>schema</c>.</summary>
    public const string Schema = "detector.alert/1";

    private static readonly JsonWriterOptions s_options = new()
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.BasicLatin, UnicodeRanges.Latin1Supplement, UnicodeRanges.LatinExtendedA),
        SkipValidation = true,
    };

    /// <summary>The word of a severity, as Sigma writes it.</summary>
    public static string Word(Severity severity) => severity switch
    {
        Severity.Informational => "informational",
        Severity.Low => "low",
        Severity.Medium => "medium",
        Severity.High => "high",
        _ => "critical",
    };

    /// <summary>UTC with seven fraction digits, as the logs write it.</summary>
    public static string Time(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    /// <summary>Writes one alert.</summary>
    public static void Write(IBufferWriter<byte> output, Alert alert)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(alert);
        using var json = new Utf8JsonWriter(output, s_options);
        json.WriteStartObject();
        json.WriteString("schema", Schema);
        json.WriteString("alertId", alert.Id);
        json.WriteNumber("revision", alert.Revision);
        json.WriteBoolean("final", alert.Final);
        if (alert.MergedInto is { } elder) json.WriteString("mergedInto", elder);
        if (alert.StormOf is { } about) WriteObject(json, "stormOf", ("ruleId", about.Id), ("ruleName", about.Name));
        json.WriteString("ruleId", alert.Rule.Id);
        json.WriteString("ruleName", alert.Rule.Name);
        json.WriteString("ruleVersion", alert.Rule.Version);
        json.WriteString("title", alert.Rule.Title);
        json.WriteString("severity", Word(alert.Severity));
        if (alert.Score is { } score) json.WriteNumber("score", score);
        else json.WriteNull("score");
        WriteFactors(json, alert);
        json.WriteString("tenantId", alert.TenantId);
        WriteObject(json, "actor", ("id", alert.Actor?.Id), ("upn", alert.Actor?.Upn));
        WriteObject(json, "target", ("id", alert.Target?.Id), ("upn", alert.Target?.Upn));
        WriteRole(json, alert.Role);
        json.WriteString("ip", alert.Ip);
        WriteObject(json, "location", ("city", alert.City), ("country", alert.Country));
        WriteObject(json, "device", ("id", alert.DeviceId), ("name", alert.DeviceName));
        json.WriteString("justification", alert.Justification);
        json.WriteString("ticket", alert.Ticket);
        json.WriteString("eventTime", Time(alert.EventTime));
        json.WriteString("firstEventTime", Time(alert.FirstEventTime));
        json.WriteString("lastEventTime", Time(alert.LastEventTime));
        WriteEvidence(json, alert);
        WriteList(json, "tags", alert.Rule.Tags);
        WriteList(json, "tactics", AttackTags.Tactics(alert.Rule.Tags));
        WriteList(json, "techniques", AttackTags.Techniques(alert.Rule.Tags));
        json.WriteString("runbook", alert.Rule.Runbook);
        WriteList(json, "falsePositives", alert.Rule.FalsePositives);
        json.WriteEndObject();
    }

    private static void WriteFactors(Utf8JsonWriter json, Alert alert)
    {
        json.WriteStartArray("factors");
        foreach (var factor in alert.Factors)
        {
            json.WriteStartObject();
            json.WriteString("id", factor.Id);
            json.WriteNumber("points", factor.Points);
            json.WriteString("because", factor.Because);
            WriteList(json, "events", factor.Events);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRole(Utf8JsonWriter json, RoleInfo? role)
    {
        if (role is null)
        {
            json.WriteNull("role");
            return;
        }

        json.WriteStartObject("role");
        json.WriteString("id", role.Id);
        json.WriteString("name", role.Name);
        if (role.Tier is { } tier) json.WriteNumber("tier", tier);
        else json.WriteNull("tier");
        json.WriteEndObject();
    }

    private static void WriteEvidence(Utf8JsonWriter json, Alert alert)
    {
        json.WriteStartArray("evidence");
        foreach (var record in alert.Evidence)
        {
            json.WriteStartObject();
            json.WriteString("id", record.Id);
            json.WriteString("time", Time(record.Time));
            json.WriteString("category", record.Category);
            json.WriteString("operation", record.Operation);
            json.WriteString("result", record.Result);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // An object of which nothing is known is null.
    private static void WriteObject(Utf8JsonWriter json, string name, (string Name, string? Value) first, (string Name, string? Value) second)
    {
        if (first.Value is null && second.Value is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString(first.Name, first.Value);
        json.WriteString(second.Name, second.Value);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
