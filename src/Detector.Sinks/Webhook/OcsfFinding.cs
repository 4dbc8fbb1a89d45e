using System.Globalization;
using System.Net;
using System.Text.Json;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;

namespace Detector.Sinks.Webhook;

/// <summary>
/// An alert as a Detection Finding (class 2004) of the Open Cybersecurity Schema Framework, version 1.5.0, without profiles. What the schema has
/// no place for is in <c>unmapped</c>. A closing is activity 3, and its status stays new: that detection is through with it says
/// nothing of whether people are.
/// </summary>
public static class OcsfFinding
{
    /// <summary>The version of the schema.</summary>
    public const string Version = "1.5.0";

    /// <summary>Where the schema of the class is.</summary>
    public const string Schema = "https://schema.ocsf.io/1.5.0/classes/detection_finding";

    private const int CategoryUid = 2;
    private const int ClassUid = 2004;
    private const int TextMax = 1000;
    private const int FactorsMax = 20;
    private const int RecordsMax = 100;

    private static readonly Dictionary<string, string> s_tactics = new(StringComparer.Ordinal)
    {
        ["Reconnaissance"] = "TA0043",
        ["ResourceDevelopment"] = "TA0042",
        ["InitialAccess"] = "TA0001",
        ["Execution"] = "TA0002",
        ["Persistence"] = "TA0003",
        ["PrivilegeEscalation"] = "TA0004",
        ["DefenseEvasion"] = "TA0005",
        ["CredentialAccess"] = "TA0006",
        ["Discovery"] = "TA0007",
        ["LateralMovement"] = "TA0008",
        ["Collection"] = "TA0009",
        ["Exfiltration"] = "TA0010",
        ["CommandAndControl"] = "TA0011",
        ["Impact"] = "TA0040",
    };

    internal static string ProductVersion { get; } = typeof(OcsfFinding).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>The finding, as UTF-8.</summary>
    public static byte[] Of(OutgoingAlert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes)) Write(json, alert, alert.Document);
        return bytes.ToArray();
    }

    /// <summary>The reasons in one text, each with its points.</summary>
    internal static string ReasonsOf(AlertDocument document, int most) =>
        string.Join("; ", document.Factors.Take(most).Select(factor => string.Create(CultureInfo.InvariantCulture, $"{factor.Points:+0;-0;0} {factor.Because}")).Append(document.Factors.Count > most ? $"and {document.Factors.Count - most} more" : "").Where(text => text.Length > 0));

    /// <summary>An address in its usual form; null where the text is none.</summary>
    internal static string? AddressOf(string? text)
    {
        // A number alone would be read as an address, too.
        if (text is null || !(text.Contains(':', StringComparison.Ordinal) || text.Count(c => c == '.') == 3) || !IPAddress.TryParse(text, out var address)) return null;
        return new IPAddress(address.GetAddressBytes()).ToString();
    }

    internal static long MillisecondsOf(DateTime utc) => (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    private static void Write(Utf8JsonWriter json, OutgoingAlert alert, AlertDocument document)
    {
        var (activity, activityName) = ActivityOf(alert, document);
        var (severity, severityName) = SeverityOf(alert.Severity);
        var isMerged = document.MergedInto is not null;
        json.WriteStartObject();
        json.WriteNumber("activity_id", activity);
        json.WriteString("activity_name", activityName);
        json.WriteNumber("category_uid", CategoryUid);
        json.WriteString("category_name", "Findings");
        json.WriteNumber("class_uid", ClassUid);
        json.WriteString("class_name", "Detection Finding");
        json.WriteNumber("type_uid", (ClassUid * 100) + activity);
        json.WriteString("type_name", $"Detection Finding: {activityName}");
        json.WriteNumber("severity_id", severity);
        json.WriteString("severity", severityName);
        json.WriteNumber("status_id", isMerged ? 99 : 1);
        json.WriteString("status", isMerged ? "Merged" : "New");
        json.WriteBoolean("is_alert", activity != 3);
        json.WriteNumber("time", MillisecondsOf(document.EventTime));
        json.WriteNumber("start_time", MillisecondsOf(document.FirstEventTime));
        json.WriteNumber("end_time", MillisecondsOf(document.LastEventTime));
        Text(json, "message", $"{document.Title}: {document.Actor?.Upn ?? document.Actor?.Id ?? "unknown"}");
        WriteRisk(json, alert, document);
        WriteMetadata(json, alert, document);
        WriteFinding(json, alert, document);
        WriteEvidence(json, document);
        WriteRole(json, document.Role);
        WriteRemediation(json, document.Runbook);
        WriteUnmapped(json, alert, document);
        json.WriteEndObject();
    }

    private static (int Id, string Name) ActivityOf(OutgoingAlert alert, AlertDocument document) => (alert.IsClosing || document.MergedInto is not null, alert.Revision) switch
    {
        (true, _) => (3, "Close"),
        (_, 0) => (1, "Create"),
        _ => (2, "Update"),
    };

    private static (int Id, string Name) SeverityOf(Severity severity) => severity switch
    {
        Severity.Informational => (1, "Informational"),
        Severity.Low => (2, "Low"),
        Severity.Medium => (3, "Medium"),
        Severity.High => (4, "High"),
        _ => (5, "Critical"),
    };

    // A level of risk begins with none, which is informational here.
    private static void WriteRisk(Utf8JsonWriter json, OutgoingAlert alert, AlertDocument document)
    {
        var (level, name) = SeverityOf(alert.Severity);
        json.WriteNumber("risk_level_id", level - 1);
        json.WriteString("risk_level", level == 1 ? "Info" : name);
        if (document.Score is { } score) json.WriteNumber("risk_score", score);
        Text(json, "risk_details", ReasonsOf(document, FactorsMax));
    }

    private static void WriteMetadata(Utf8JsonWriter json, OutgoingAlert alert, AlertDocument document)
    {
        json.WriteStartObject("metadata");
        json.WriteString("version", Version);
        json.WriteString("uid", CloudEvent.IdOf(alert));
        if (document.MergedInto is { } elder) Text(json, "correlation_uid", elder);
        Text(json, "tenant_uid", document.TenantId);
        json.WriteStartObject("product");
        json.WriteString("name", "Detector");
        json.WriteString("vendor_name", "Detector");
        json.WriteString("version", ProductVersion);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFinding(Utf8JsonWriter json, OutgoingAlert alert, AlertDocument document)
    {
        json.WriteStartObject("finding_info");
        json.WriteString("uid", alert.Id);
        Text(json, "title", document.Title);
        json.WriteNumber("first_seen_time", MillisecondsOf(document.FirstEventTime));
        json.WriteNumber("last_seen_time", MillisecondsOf(document.LastEventTime));
        json.WriteStartObject("analytic");
        json.WriteNumber("type_id", 1);
        json.WriteString("type", "Rule");
        json.WriteString("uid", PlainText.Clean(document.RuleId, TextMax));
        Text(json, "name", document.RuleName);
        json.WriteEndObject();
        WriteAttacks(json, document);
        json.WriteEndObject();
    }

    // Which technique serves which tactic a rule says only where it has one tactic.
    private static void WriteAttacks(Utf8JsonWriter json, AlertDocument document)
    {
        if (document.Tactics.Count + document.Techniques.Count == 0) return;
        var isPaired = document.Tactics.Count == 1 && document.Techniques.Count > 0;
        json.WriteStartArray("attacks");
        foreach (var tactic in isPaired ? [] : document.Tactics)
        {
            json.WriteStartObject();
            WriteTactic(json, tactic);
            json.WriteEndObject();
        }

        foreach (var technique in document.Techniques)
        {
            json.WriteStartObject();
            if (isPaired) WriteTactic(json, document.Tactics[0]);
            var dot = technique.IndexOf('.', StringComparison.Ordinal);
            Entity(json, "technique", dot < 0 ? technique : technique[..dot]);
            if (dot >= 0) Entity(json, "sub_technique", technique);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTactic(Utf8JsonWriter json, string tactic)
    {
        json.WriteStartObject("tactic");

        // As ATT&CK writes it: words, with a small "and".
        json.WriteString("name", PlainText.Clean(string.Concat(tactic.Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? $" {c}" : $"{c}")).Replace(" And ", " and ", StringComparison.Ordinal)));
        if (s_tactics.TryGetValue(tactic, out var uid)) json.WriteString("uid", uid);
        json.WriteEndObject();
    }

    // Who, from where and to whom is of the alert; then what happened, record by record. The schema wants an artifact in each of them.
    private static void WriteEvidence(Utf8JsonWriter json, AlertDocument document)
    {
        var (who, to) = (IsAny(document.Actor?.Upn, document.Actor?.Id), IsAny(document.Target?.Upn, document.Target?.Id));
        var (isFrom, isDevice) = (IsAny(document.Ip), IsAny(document.DeviceName, document.DeviceId));
        var isKnown = who || to || isFrom || isDevice;
        if (!isKnown && document.Evidence.Count == 0) return;
        json.WriteStartArray("evidences");
        if (isKnown)
        {
            json.WriteStartObject();
            if (who)
            {
                json.WriteStartObject("actor");
                WriteUser(json, document.Actor!);
                json.WriteEndObject();
            }

            if (to) WriteUser(json, document.Target!);
            if (isFrom) WriteEndpoint(json, document);
            if (isDevice) WriteDevice(json, document);
            json.WriteEndObject();
        }

        foreach (var record in document.Evidence.Take(RecordsMax)) WriteRecord(json, record);
        json.WriteEndArray();
    }

    private static bool IsAny(params IReadOnlyList<string?> texts) => texts.Any(text => PlainText.Clean(text).Length > 0);

    private static void WriteUser(Utf8JsonWriter json, Principal who)
    {
        json.WriteStartObject("user");
        Text(json, "name", who.Upn);
        Text(json, "uid", who.Id);
        json.WriteEndObject();
    }

    private static void WriteEndpoint(Utf8JsonWriter json, AlertDocument document)
    {
        json.WriteStartObject("src_endpoint");
        if (AddressOf(document.Ip) is { } ip) json.WriteString("ip", ip);
        else Text(json, "name", document.Ip);

        // A country is two letters there; another name of it is words about the place.
        var country = PlainText.Clean(document.Country);
        var isCode = country.Length == 2 && country.All(char.IsAsciiLetter);
        if (isCode || IsAny(document.City))
        {
            json.WriteStartObject("location");
            Text(json, "city", document.City);
            if (isCode) json.WriteString("country", country.ToUpperInvariant());
            else Text(json, "desc", document.Country);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteDevice(Utf8JsonWriter json, AlertDocument document)
    {
        json.WriteStartObject("device");
        json.WriteNumber("type_id", 0);
        Text(json, "name", document.DeviceName);
        Text(json, "uid", document.DeviceId);
        json.WriteEndObject();
    }

    private static void WriteRecord(Utf8JsonWriter json, Evidence record)
    {
        json.WriteStartObject();
        if (PlainText.Clean(record.Operation) is { Length: > 0 } operation)
        {
            json.WriteStartObject("api");
            json.WriteString("operation", operation);
            json.WriteEndObject();
        }

        json.WriteStartObject("data");
        Text(json, "id", record.Id);
        json.WriteString("time", AlertJson.Time(record.Time));
        Text(json, "category", record.Category);
        Text(json, "result", record.Result);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRole(Utf8JsonWriter json, RoleInfo? role)
    {
        if (role is null || !IsAny(role.Name, role.Id)) return;
        json.WriteStartArray("resources");
        json.WriteStartObject();
        json.WriteString("type", "Directory role");
        Text(json, "name", role.Name);
        Text(json, "uid", role.Id);
        if (role.Tier is { } tier) json.WriteString("criticality", string.Create(CultureInfo.InvariantCulture, $"tier {tier}"));
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteRemediation(Utf8JsonWriter json, string? runbook)
    {
        if (!Uri.TryCreate(runbook, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps || address.UserInfo.Length > 0) return;
        json.WriteStartObject("remediation");
        json.WriteString("desc", "Follow the runbook.");
        json.WriteStartArray("references");
        json.WriteStringValue(address.AbsoluteUri);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteUnmapped(Utf8JsonWriter json, OutgoingAlert alert, AlertDocument document)
    {
        json.WriteStartObject("unmapped");
        json.WriteNumber("revision", alert.Revision);
        json.WriteBoolean("final", alert.IsFinal);
        json.WriteNumber("evidence_count", document.Evidence.Count);
        Text(json, "justification", document.Justification);
        Text(json, "ticket", document.Ticket);
        json.WriteEndObject();
    }

    private static void Entity(Utf8JsonWriter json, string name, string uid)
    {
        json.WriteStartObject(name);
        json.WriteString("uid", PlainText.Clean(uid));
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (PlainText.Clean(text, TextMax) is { Length: > 0 } plain) json.WriteString(name, plain);
    }
}
