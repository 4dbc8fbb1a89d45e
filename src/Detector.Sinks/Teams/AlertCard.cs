using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Sinks.Delivery;

namespace Detector.Sinks.Teams;

/// <summary>
/// An alert as an Adaptive Card 1.4. What comes out of logs goes through <see cref="PlainText"/> into text runs, which render no
/// Markdown; addresses of buttons are our own or the rule's. Where it would be too large, evidence goes first, then reasons, then
/// long texts, and each says how much is missing.
/// </summary>
public sealed class AlertCard(CardOptions options)
{
    private const int EvidenceMax = 10;
    private const int FactorsMax = 20;
    private const int LinesMax = 12;
    private const int MentionsMax = 10;

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    // Evidence, reasons, characters of a text.
    private static readonly (int Evidence, int Factors, int Chars)[] s_sizes = [(EvidenceMax, FactorsMax, PlainText.CharsMax), (3, FactorsMax, PlainText.CharsMax), (0, FactorsMax, PlainText.CharsMax), (0, 8, PlainText.CharsMax), (0, 8, 150), (0, 5, 80), (0, 2, 40)];

    /// <summary>The message for an alert; <paramref name="before"/> is the revision that was sent last, where it is known.</summary>
    public byte[] Of(OutgoingAlert alert, AlertDocument? before = null, int? beforeRevision = null)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var smallest = Array.Empty<byte>();
        foreach (var (evidence, factors, chars) in s_sizes)
        {
            smallest = Message(Card(alert, before, beforeRevision, evidence, factors, chars));
            if (smallest.Length <= options.BytesMax) break;
        }

        return smallest;
    }

    /// <summary>One message about many alerts: how many of which severity and rule, and the gravest of them.</summary>
    public byte[] OfMany(IReadOnlyList<OutgoingAlert> alerts)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        var worst = alerts.Max(alert => alert.Severity);
        var body = new JsonArray(
            Line(Run(string.Create(CultureInfo.InvariantCulture, $"{alerts.Count} alerts in a short time"), "ExtraLarge", Colour(worst))),
            Line(Run(string.Join(", ", alerts.GroupBy(alert => alert.Severity).OrderByDescending(group => group.Key).Select(group => $"{group.Count()} {AlertJson.Word(group.Key)}")))),
            Line(Run("Each of them is in the other sinks as it is; here they are summed up, so that this channel stays readable.", isSubtle: true)));
        AddMentions(body, worst);
        var rules = alerts.GroupBy(alert => alert.Document.Title, StringComparer.Ordinal).OrderByDescending(group => group.Max(alert => alert.Severity)).ThenByDescending(group => group.Count()).ToList();
        Add(body, Heading("By rule"));
        foreach (var rule in rules.Take(LinesMax)) Add(body, Line(Run($"{rule.Count()} × ", isBold: true), Run(PlainText.Clean(rule.Key, 100))));
        More(body, rules.Count - LinesMax, "rules");
        var gravest = alerts.GroupBy(alert => alert.Id).Select(group => group.Last()).OrderByDescending(alert => alert.Severity).ThenByDescending(alert => alert.Document.Score ?? 0).ThenBy(alert => alert.Number).ToList();
        Add(body, Heading("The gravest"));
        foreach (var alert in gravest.Take(LinesMax)) Add(body, Line(Run($"{Grade(alert)} ", isBold: true, colour: Colour(alert.Severity)), Run($"{PlainText.Clean(alert.Document.Title, 80)}: {Who(alert.Document.Actor, 80)}, {Local(alert.Document.EventTime)}")));
        More(body, gravest.Count - LinesMax, "alerts");
        return Message(Card(body, [], $"{alerts.Count} alerts", worst));
    }

    /// <summary>A message that is no alert: a title and sentences, all our own.</summary>
    public byte[] OfWords(string title, params IReadOnlyList<string> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        var body = new JsonArray(Line(Run(PlainText.Clean(title), "Large", "Accent")));
        foreach (var sentence in sentences) Add(body, Line(Run(PlainText.Clean(sentence, 600))));
        return Message(Card(body, [], title, Severity.Informational));
    }

    private JsonObject Card(OutgoingAlert alert, AlertDocument? before, int? beforeRevision, int evidenceMax, int factorsMax, int chars)
    {
        var document = alert.Document;
        var body = new JsonArray(Line(Run($"{Grade(alert)} | {PlainText.Clean(document.Title, Math.Min(chars, 150))}", "Large", Colour(alert.Severity))));
        AddMentions(body, alert.Severity);
        if (Changes(alert, before, beforeRevision) is { } changes) Add(body, Line(Run(changes, isBold: true, colour: "Accent")));
        Fact(body, "Who", Who(document.Actor, chars));
        if (document.Target is { } target) Fact(body, "To whom", Who(target, chars));
        if (document.Role is { } role) Fact(body, "Role", $"{PlainText.Clean(role.Name ?? role.Id, chars)}{(role.Tier is { } tier ? string.Create(CultureInfo.InvariantCulture, $", tier {tier}") : ", tier unknown")}");
        Fact(body, "When", Local(document.EventTime));
        Fact(body, "Where", string.Join(", ", ((string?[])[document.City, document.Country, document.Ip]).Where(part => !string.IsNullOrEmpty(part)).Select(part => PlainText.Clean(part, chars))));
        Fact(body, "Device", PlainText.Clean(document.DeviceName ?? document.DeviceId, chars));
        AddFactors(body, document, factorsMax, chars);
        var words = body.Count;
        Fact(body, "Justification", PlainText.Clean(document.Justification, chars));
        Fact(body, "Ticket", PlainText.Clean(document.Ticket, chars));
        if (body.Count > words) (body[words]!["spacing"], body[words]!["separator"]) = ("Medium", true);
        AddEvidence(body, document, evidenceMax, chars);
        return Card(body, Actions(alert), $"{Grade(alert)} {PlainText.Clean(document.Title, 100)}", alert.Severity);
    }

    private JsonObject Card(JsonArray body, JsonArray actions, string otherwise, Severity severity)
    {
        var mentions = new JsonArray();
        foreach (var mention in MentionsFor(severity)) Add(mentions, new JsonObject { ["type"] = "mention", ["text"] = Mark(mention), ["mentioned"] = new JsonObject { ["id"] = mention.Id, ["name"] = PlainText.Clean(mention.Name, 60) } });
        var teams = new JsonObject { ["width"] = "Full" };
        if (mentions.Count > 0) teams["entities"] = mentions;
        var card = new JsonObject { ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json", ["type"] = "AdaptiveCard", ["version"] = "1.4", ["fallbackText"] = otherwise, ["msteams"] = teams, ["body"] = body };
        if (actions.Count > 0) card["actions"] = actions;
        return card;
    }

    private static byte[] Message(JsonObject card)
    {
        var message = new JsonObject { ["type"] = "message", ["attachments"] = new JsonArray(new JsonObject { ["contentType"] = "application/vnd.microsoft.card.adaptive", ["contentUrl"] = null, ["content"] = card }) };
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = s_json.Encoder })) message.WriteTo(json);
        return bytes.ToArray();
    }

    private static void AddFactors(JsonArray body, AlertDocument document, int most, int chars)
    {
        if (document.Factors.Count == 0) return;
        Add(body, Heading("Reasons"));
        foreach (var factor in document.Factors.Take(most)) Add(body, Line(Run(string.Create(CultureInfo.InvariantCulture, $"{factor.Points:+0;-0;0}  "), isBold: true), Run(PlainText.Clean(factor.Because, chars))));
        More(body, document.Factors.Count - most, "reasons");
    }

    private void AddEvidence(JsonArray body, AlertDocument document, int most, int chars)
    {
        if (document.Evidence.Count == 0) return;
        Add(body, Heading("Evidence"));
        foreach (var record in document.Evidence.Take(most))
        {
            var result = string.IsNullOrEmpty(record.Result) ? "" : $", {PlainText.Clean(record.Result, 40)}";
            Add(body, Line(Run($"{LocalShort(record.Time)}  ", isSubtle: true), Run($"{PlainText.Clean(record.Operation ?? record.Category, Math.Min(chars, 100))}{result}")));
        }

        More(body, document.Evidence.Count - most, "records");
    }

    private void AddMentions(JsonArray body, Severity severity)
    {
        var mentions = MentionsFor(severity).ToList();
        if (mentions.Count > 0) Add(body, new JsonObject { ["type"] = "TextBlock", ["text"] = string.Join(' ', mentions.Select(Mark)), ["wrap"] = true });
    }

    private IEnumerable<CardMention> MentionsFor(Severity severity) => options.Mentions.Where(mention => severity >= mention.From).Take(MentionsMax);

    // The name is from the configuration; in a text block it must not be markup either.
    private static string Mark(CardMention mention) => $"<at>{string.Concat(PlainText.Clean(mention.Name, 60).Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '.' or '\''))}</at>";

    private JsonArray Actions(OutgoingAlert alert)
    {
        var actions = new JsonArray();
        if (options.AlertAddress is { } address) Button("Open the alert", address.Replace("{alertId}", Uri.EscapeDataString(alert.Id.ToString()), StringComparison.Ordinal));
        if (Guid.TryParse(alert.Document.Actor?.Id, out var user)) Button("Open the user", $"https://entra.microsoft.com/#view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/{user:D}");
        if (alert.Document.Runbook is { } runbook) Button("Runbook", runbook);
        return actions;

        void Button(string title, string to)
        {
            if (Uri.TryCreate(to, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0) Add(actions, new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = title, ["url"] = uri.AbsoluteUri });
        }
    }

    private string? Changes(OutgoingAlert alert, AlertDocument? before, int? beforeRevision)
    {
        var document = alert.Document;
        if (document.MergedInto is { } elder && Guid.TryParse(elder, out var id)) return $"This alert has become part of {id:D}.";
        if (alert.Revision == 0) return null;
        var revision = string.Create(CultureInfo.InvariantCulture, $"Revision {alert.Revision}");
        if (before is null || beforeRevision is not { } old) return $"{revision} of an alert that was sent before";
        List<string> changes = [];
        if (before.Score != document.Score) changes.Add(string.Create(CultureInfo.InvariantCulture, $"score {before.Score} → {document.Score}"));
        var reasons = document.Factors.Select(factor => factor.Id).Except(before.Factors.Select(factor => factor.Id), StringComparer.Ordinal).Count();
        if (reasons > 0) changes.Add($"{reasons} new {(reasons == 1 ? "reason" : "reasons")}");
        var records = document.Evidence.Count - before.Evidence.Count;
        if (records > 0) changes.Add($"{records} more {(records == 1 ? "record" : "records")}");
        if (before.EventTime != document.EventTime) changes.Add($"time {Local(before.EventTime)} → {Local(document.EventTime)}");
        return string.Create(CultureInfo.InvariantCulture, $"{revision}, after {old}: {(changes.Count == 0 ? "details" : string.Join(", ", changes))}");
    }

    private string Local(DateTime utc) => string.Create(CultureInfo.InvariantCulture, $"{InZone(utc):ddd yyyy-MM-dd HH:mm:ss} {options.TimeZone.Id}");

    private string LocalShort(DateTime utc) => InZone(utc).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private DateTime InZone(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), options.TimeZone);

    private static string Grade(OutgoingAlert alert) => string.Create(CultureInfo.InvariantCulture, $"{AlertJson.Word(alert.Severity).ToUpperInvariant()}{(alert.Document.Score is { } score ? $" {score}" : "")}");

    private static string Who(Principal? who, int chars) => PlainText.Clean(who?.Upn ?? who?.Id ?? "unknown", chars);

    private static string Colour(Severity severity) => severity switch
    {
        >= Severity.High => "Attention",
        Severity.Medium => "Warning",
        _ => "Default",
    };

    // The overload that needs no reflection.
    private static void Add(JsonArray to, JsonNode node) => to.Add(node);

    private static JsonObject Heading(string text)
    {
        var line = Line(Run(text, isBold: true));
        (line["spacing"], line["separator"]) = ("Medium", true);
        return line;
    }

    private static void Fact(JsonArray body, string name, string value)
    {
        if (value.Length == 0) return;
        JsonObject label = new JsonObject { ["type"] = "Column", ["width"] = "105px", ["items"] = new JsonArray(Line(Run(name, isBold: true))) };
        JsonObject content = new JsonObject { ["type"] = "Column", ["width"] = "stretch", ["items"] = new JsonArray(Line(Run(value))) };
        Add(body, new JsonObject { ["type"] = "ColumnSet", ["spacing"] = "Small", ["columns"] = new JsonArray(label, content) });
    }

    private static void More(JsonArray body, int more, string what)
    {
        if (more > 0) Add(body, Line(Run(string.Create(CultureInfo.InvariantCulture, $"and {more} more {what}"), isSubtle: true)));
    }

    private static JsonObject Line(params IReadOnlyList<JsonObject> runs) => new() { ["type"] = "RichTextBlock", ["spacing"] = "Small", ["inlines"] = new JsonArray([.. runs]) };

    private static JsonObject Run(string text, string? size = null, string? colour = null, bool isBold = false, bool isSubtle = false)
    {
        var run = new JsonObject { ["type"] = "TextRun", ["text"] = text };
        if (size is not null) run["size"] = size;
        if (colour is not null and not "Default") run["color"] = colour;
        if (isBold || size is not null) run["weight"] = "Bolder";
        if (isSubtle) run["isSubtle"] = true;
        return run;
    }
}
