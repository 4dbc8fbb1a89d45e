using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Engine.Storms;

namespace Detector.Sinks.Console;

/// <summary>
/// Alerts for people: a line that says how bad, when, who, which role and how many points, then the rule and each
/// reason on a line of its own. Texts out of logs are made safe to show. Does not own the writer.
/// </summary>
/// <param name="output">Takes the text.</param>
/// <param name="zone">The zone in which times are told.</param>
/// <param name="isColoured">Whether the severity has a colour; only where the output is a terminal.</param>
public sealed class AlertTable(TextWriter output, TimeZoneInfo zone, bool isColoured) : IAlertWriter
{
    private const int NameCharsMax = 80;
    private const int ReasonCharsMax = 240;
    private const int FactorsMax = 50;
    private const string Indent = "          ";
    private const string Reset = "\u001b[0m";

    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, (long Hour, int Count)> _shown = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public void Write(Alert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        if (IsOneTooMany(alert)) return;
        _text.Clear();
        WriteHead(alert);
        _text.Append(Indent).Append(Clean(alert.Rule.Title, ReasonCharsMax)).Append('\n');
        WriteFactors(alert.Factors);
        if (alert.Justification is { } justification) _text.Append(Indent).Append("they say: ").Append(Clean(justification, ReasonCharsMax)).Append('\n');
        output.Write(_text.Append('\n').ToString());
    }

    /// <inheritdoc />
    public void Flush() => output.Flush();

    // Of a storm the first alerts are shown, and the one that sums it up; a line says that there are more.
    private bool IsOneTooMany(Alert alert)
    {
        var hour = alert.EventTime.Ticks / TimeSpan.TicksPerHour;
        var shown = _shown.TryGetValue(alert.Rule.Id, out var known) && known.Hour == hour ? known.Count : 0;
        _shown[alert.Rule.Id] = (hour, shown + 1);
        if (shown < StormLimits.Alerts) return false;
        if (shown == StormLimits.Alerts) output.Write($"{Indent}There are more alerts of '{Clean(alert.Rule.Title, ReasonCharsMax)}' in this hour than are shown here; --format ndjson has all.\n\n");
        return true;
    }

    private static string Word(Severity severity) => severity switch
    {
        Severity.Informational => "INFO",
        Severity.Low => "LOW",
        Severity.Medium => "MEDIUM",
        Severity.High => "HIGH",
        _ => "CRITICAL",
    };

    private static string Colour(Severity severity) => severity switch
    {
        Severity.Informational => "\u001b[2m",
        Severity.Low => "\u001b[36m",
        Severity.Medium => "\u001b[33m",
        Severity.High => "\u001b[31m",
        _ => "\u001b[1;97;41m",
    };

    private static string Clean(string text, int charsMax) => TerminalText.Clean(text, charsMax);

    private static string Name(Principal? principal) => Clean(principal?.Upn ?? principal?.Id ?? "unknown", NameCharsMax);

    private void WriteHead(Alert alert)
    {
        var word = Word(alert.Severity);
        if (isColoured) _text.Append(Colour(alert.Severity)).Append(word).Append(Reset);
        else _text.Append(word);
        _text.Append(' ', Indent.Length - word.Length);

        var local = TimeZoneInfo.ConvertTime(new DateTimeOffset(alert.EventTime, TimeSpan.Zero), zone);
        _text.Append(local.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture)).Append("  ").Append(Name(alert.Actor));
        if (alert.Target is { } target) _text.Append(" for ").Append(Name(target));
        if (alert.Role is { } role) _text.Append("  ").Append(Clean(role.Name ?? role.Id ?? "unknown role", NameCharsMax));
        if (alert.Ip is { } ip) _text.Append("  from ").Append(Clean(ip, NameCharsMax));
        if (alert.Score is { } score) _text.Append(CultureInfo.InvariantCulture, $"  score {score}");
        if (alert.Revision > 0) _text.Append(CultureInfo.InvariantCulture, $"  revision {alert.Revision}");
        _text.Append('\n');
    }

    private void WriteFactors(ImmutableArray<Factor> factors)
    {
        var width = factors.IsEmpty ? 0 : Math.Min(NameCharsMax, factors.Max(factor => Clean(factor.Id, NameCharsMax).Length));
        foreach (var factor in factors.Take(FactorsMax))
        {
            var points = factor.Points.ToString("+0;-0;+0", CultureInfo.InvariantCulture);
            _text.Append(Indent).Append(points.PadLeft(4)).Append(' ').Append(Clean(factor.Id, NameCharsMax).PadRight(width))
                .Append("  ").Append(Clean(factor.Because, ReasonCharsMax)).Append('\n');
        }

        if (factors.Length > FactorsMax) _text.Append(CultureInfo.InvariantCulture, $"{Indent}and {factors.Length - FactorsMax} more reasons\n");
    }
}
