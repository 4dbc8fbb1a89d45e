using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;

namespace Detector.Sinks.Sentinel;

/// <summary>
/// A revision of an alert as a row of <c>PimDetections_CL</c>. The service cuts a value at 64 KB in silence and refuses a call of over
/// 1 MB, so what is large is cut here, where it is said.
/// </summary>
internal static class DetectionRow
{
    private const int TextMax = 4_000;
    private const int EvidenceMax = 100;
    private const int FactorsMax = 50;
    private const int DynamicBytesMax = 60_000;

    public static byte[] Of(OutgoingAlert alert)
    {
        var document = alert.Document;
        var bytes = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("TimeGenerated", AlertJson.Time(document.EventTime));
            json.WriteString("AlertId", alert.Id);

            // The same for all revisions; alerts of one rule on one person within a day have it in common, for grouping.
            json.WriteString("AlertKey", string.Create(CultureInfo.InvariantCulture, $"{Cut(document.RuleName, 200)}|{Cut(document.Actor?.Id ?? document.Actor?.Upn ?? alert.Id.ToString(), 200)}|{document.EventTime:yyyy-MM-dd}"));
            json.WriteNumber("Revision", alert.Revision);
            json.WriteBoolean("IsFinal", alert.IsFinal);

            // Some are final from the start, such as that a stream fell silent: only a closing says nothing new.
            json.WriteBoolean("IsClosing", alert.IsClosing);
            json.WriteString("RuleId", Cut(document.RuleId, TextMax));
            json.WriteString("RuleName", Cut(document.RuleName, TextMax));
            json.WriteString("AlertTitle", Cut(document.Title, TextMax));
            json.WriteString("AlertSeverity", Word(alert.Severity));
            json.WriteString("DetectorSeverity", AlertJson.Word(alert.Severity));
            Number(json, "RiskScore", document.Score);
            json.WriteString("Reasons", Cut(string.Join("; ", document.Factors.Take(FactorsMax).Select(factor => string.Create(CultureInfo.InvariantCulture, $"{factor.Points:+0;-0;0} {factor.Because}"))), TextMax));
            Text(json, "ActorId", document.Actor?.Id);
            Text(json, "ActorUpn", document.Actor?.Upn);
            Text(json, "TargetId", document.Target?.Id);
            Text(json, "TargetUpn", document.Target?.Upn);
            Text(json, "RoleId", document.Role?.Id);
            Text(json, "RoleName", document.Role?.Name);
            Number(json, "RoleTier", document.Role?.Tier);
            Text(json, "SourceIp", document.Ip);
            Text(json, "City", document.City);
            Text(json, "Country", document.Country);
            Text(json, "DeviceId", document.DeviceId);
            Text(json, "DeviceName", document.DeviceName);
            Text(json, "Justification", document.Justification);
            Text(json, "Ticket", document.Ticket);
            Text(json, "EntraTenantId", document.TenantId);
            Text(json, "Runbook", document.Runbook);
            Text(json, "MergedInto", document.MergedInto);
            json.WriteString("FirstEventTime", AlertJson.Time(document.FirstEventTime));
            json.WriteString("LastEventTime", AlertJson.Time(document.LastEventTime));
            json.WriteString("Tactics", TextsOf(document.Tactics));
            json.WriteString("Techniques", TextsOf(document.Techniques));
            json.WriteNumber("EvidenceCount", document.Evidence.Count);
            WriteFactors(json, document);
            WriteEvidence(json, document);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    // Sentinel knows no critical.
    private static string Word(Severity severity) => severity switch
    {
        Severity.Informational => "Informational",
        Severity.Low => "Low",
        Severity.Medium => "Medium",
        _ => "High",
    };

    private static string Cut(string text, int most)
    {
        if (text.Length <= most) return text;
        var end = char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        return string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, end)} … ({text.Length - end} more characters)");
    }

    private static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is null) json.WriteNull(name);
        else json.WriteString(name, Cut(text, TextMax));
    }

    private static void Number(Utf8JsonWriter json, string name, int? number)
    {
        if (number is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }

    // A list in a string, as an analytics rule's override of tactics wants it.
    private static string TextsOf(IReadOnlyList<string> texts)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            foreach (var text in texts.Take(50)) json.WriteStringValue(Cut(text, 100));
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void WriteFactors(Utf8JsonWriter json, AlertDocument document)
    {
        json.WriteStartArray("Factors");
        var begin = json.BytesCommitted + json.BytesPending;
        foreach (var factor in document.Factors.Take(FactorsMax).TakeWhile(_ => json.BytesCommitted + json.BytesPending - begin < DynamicBytesMax / 2))
        {
            json.WriteStartObject();
            json.WriteString("id", Cut(factor.Id, 100));
            json.WriteNumber("points", factor.Points);
            json.WriteString("because", Cut(factor.Because, 300));
            json.WriteStartArray("events");
            foreach (var id in factor.Events.Take(20)) json.WriteStringValue(Cut(id, 100));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEvidence(Utf8JsonWriter json, AlertDocument document)
    {
        json.WriteStartArray("Evidence");
        var begin = json.BytesCommitted + json.BytesPending;
        foreach (var record in document.Evidence.Take(EvidenceMax).TakeWhile(_ => json.BytesCommitted + json.BytesPending - begin < DynamicBytesMax / 2))
        {
            json.WriteStartObject();
            json.WriteString("id", Cut(record.Id, 200));
            json.WriteString("time", AlertJson.Time(record.Time));
            json.WriteString("category", record.Category is { } category ? Cut(category, 100) : null);
            json.WriteString("operation", record.Operation is { } operation ? Cut(operation, 200) : null);
            json.WriteString("result", record.Result is { } result ? Cut(result, 100) : null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
