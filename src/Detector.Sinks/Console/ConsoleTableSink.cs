using System.Text;
using System.Text.Json;
using Detector.Sinks.Delivery;

namespace Detector.Sinks.Console;

/// <summary>
/// Alerts for people who watch: how bad, when, who, which role and how many points, then the rule and each reason. Texts out of
/// logs are made safe to show. A closing, which repeats what was said, is not shown.
/// </summary>
public sealed class ConsoleTableSink(Stream output) : IAlertSink
{
    private const int CharsMax = 160;
    private const string Indent = "          ";

    /// <inheritdoc />
    public string Name { get; init; } = "Console";

    /// <inheritdoc />
    public int BatchMax => 1000;

    /// <inheritdoc />
    public async Task<SendOutcome> SendAsync(IReadOnlyList<OutgoingAlert> alerts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        var text = new StringBuilder();
        foreach (var alert in alerts.Where(alert => !alert.IsFinal))
        {
            using var json = JsonDocument.Parse(alert.Json);
            Write(text, json.RootElement);
        }

        await output.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), CancellationToken.None);
        await output.FlushAsync(CancellationToken.None);
        return SendOutcome.Accepted;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static void Write(StringBuilder text, JsonElement alert)
    {
        var severity = Text(alert, "severity") ?? "";
        text.Append(severity.ToUpperInvariant().PadRight(Indent.Length)[..Indent.Length]).Append(Text(alert, "eventTime")?[..19].Replace('T', ' ')).Append("Z  ").Append(Who(alert, "actor") ?? "unknown");
        if (Who(alert, "target") is { } target) text.Append(" for ").Append(target);
        if (alert.GetProperty("role") is { ValueKind: JsonValueKind.Object } role && Text(role, "name") is { } roleName) text.Append("  ").Append(roleName);
        if (Text(alert, "ip") is { } ip) text.Append("  from ").Append(ip);
        if (alert.GetProperty("score") is { ValueKind: JsonValueKind.Number } score) text.Append("  score ").Append(score.GetRawText());
        text.Append('\n').Append(Indent).Append(Text(alert, "title")).Append('\n');
        foreach (var factor in alert.GetProperty("factors").EnumerateArray())
            text.Append(Indent).Append('+').Append(factor.GetProperty("points").GetRawText()).Append(' ').Append(Text(factor, "id")).Append("  ").Append(Text(factor, "because")).Append('\n');
        text.Append('\n');
    }

    private static string? Who(JsonElement alert, string member) =>
        alert.GetProperty(member) is { ValueKind: JsonValueKind.Object } principal ? Text(principal, "upn") ?? Text(principal, "id") : null;

    private static string? Text(JsonElement of, string member) =>
        of.GetProperty(member) is { ValueKind: JsonValueKind.String } value ? TerminalText.Clean(value.GetString()!, CharsMax) : null;
}
