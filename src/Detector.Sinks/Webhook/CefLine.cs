using System.Globalization;
using System.Text;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;

namespace Detector.Sinks.Webhook;

/// <summary>
/// An alert as a line of the Common Event Format, version 0, for collectors that know that and no JSON. What was logged is one line of plain
/// text; <c>|</c> of the head, <c>=</c> of the rest and <c>\</c> are escaped, so that no value ends before its end.
/// </summary>
public static class CefLine
{
    private const int NameMax = 500;
    private const int TextMax = 1000;
    private const int FactorsMax = 20;

    /// <summary>The line, without a line end.</summary>
    public static string Of(OutgoingAlert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var document = alert.Document;
        var line = new StringBuilder(1024);
        line.Append("CEF:0|Detector|Detector|").Append(OcsfFinding.ProductVersion);
        foreach (var field in (string[])[document.RuleName.Length > 0 ? document.RuleName : document.RuleId, document.Title, Number(SeverityOf(alert.Severity))])
            line.Append('|').Append(PlainText.Clean(field, NameMax).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal));
        line.Append('|');
        var begin = line.Length;
        foreach (var (name, value) in Fields(alert, document))
        {
            if (PlainText.Clean(value, TextMax) is not { Length: > 0 } plain) continue;
            if (line.Length > begin) line.Append(' ');
            line.Append(name).Append('=').Append(plain.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal));
        }

        return line.ToString();
    }

    private static IEnumerable<(string Name, string? Value)> Fields(OutgoingAlert alert, AlertDocument document)
    {
        yield return ("rt", Time(document.EventTime));
        yield return ("start", Time(document.FirstEventTime));
        yield return ("end", Time(document.LastEventTime));
        yield return ("externalId", alert.Id.ToString("D"));
        yield return ("suser", document.Actor?.Upn);
        yield return ("suid", document.Actor?.Id);
        yield return ("duser", document.Target?.Upn);
        yield return ("duid", document.Target?.Id);
        if (OcsfFinding.AddressOf(document.Ip) is { } ip)
        {
            var isOld = !ip.Contains(':', StringComparison.Ordinal);
            yield return (isOld ? "src" : "c6a2", ip);
            if (!isOld) yield return ("c6a2Label", "Source IPv6 Address");
        }

        yield return ("shost", document.DeviceName);
        foreach (var field in Custom("cs1", "role", document.Role?.Name ?? document.Role?.Id)) yield return field;
        foreach (var field in Custom("cs2", "reasons", OcsfFinding.ReasonsOf(document, FactorsMax))) yield return field;
        foreach (var field in Custom("cs3", "justification", document.Justification)) yield return field;
        foreach (var field in Custom("cs4", "ticket", document.Ticket)) yield return field;
        foreach (var field in Custom("cs5", "location", string.Join(", ", ((string?[])[document.City, document.Country]).Where(part => !string.IsNullOrEmpty(part))))) yield return field;
        foreach (var field in Custom("cs6", "techniques", string.Join(' ', document.Techniques))) yield return field;
        foreach (var field in Custom("cn1", "score", document.Score is { } score ? Number(score) : null)) yield return field;
        foreach (var field in Custom("cn2", "revision", Number(alert.Revision))) yield return field;
        if (document.Role?.Tier is { } tier) foreach (var field in Custom("cn3", "tier", Number(tier))) yield return field;
        yield return ("outcome", alert.IsFinal ? "final" : "open");
    }

    // A field of its own comes with what it means, and not without.
    private static IEnumerable<(string, string?)> Custom(string name, string label, string? value) => PlainText.Clean(value, TextMax).Length == 0 ? [] : [($"{name}Label", label), (name, value)];

    private static string Time(DateTime time) => Number(OcsfFinding.MillisecondsOf(time));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static int SeverityOf(Severity severity) => severity switch
    {
        Severity.Informational => 1,
        Severity.Low => 3,
        Severity.Medium => 5,
        Severity.High => 8,
        _ => 10,
    };
}
