using Detector.Engine.Alerts;
using Detector.Engine.Rules;
using Detector.Sinks.Console;

namespace Detector.Sinks.Tests.Console;

public sealed class AlertTableTests
{
    private static string Table(bool isColoured, params Alert[] alerts)
    {
        using var output = new StringWriter();
        var table = new AlertTable(output, Some.Amsterdam, isColoured);
        foreach (var alert in alerts) table.Write(alert);
        table.Flush();
        return output.ToString();
    }

    [Fact]
    public void Alerts_are_laid_out_for_people() => Golden.Equal("table.txt", Table(
        isColoured: false,
        Some.Alert(),
        Some.Alert(Severity.Critical) with { Revision = 2, Score = 120, Target = new Principal("u2", null), Role = null, Ip = null, Justification = null },
        Some.Alert(Severity.Informational) with { Score = null, Factors = [], Actor = null, Role = new RoleInfo("id-only", null, null) },
        Some.Alert(Severity.Medium) with { Factors = [new Factor("a", -5, "less", []), new Factor("a_long_name", 0, "none", []), new Factor("b", 1000, "much", [])] },
        Some.Alert(Severity.Low) with { Factors = [.. Enumerable.Range(0, 53).Select(i => new Factor($"f{i}", i, "x", []))] }));

    [Fact]
    public void Severities_have_colours_on_a_terminal() => Golden.Equal("colours.txt", Table(
        isColoured: true, [.. Enum.GetValues<Severity>().Select(severity => Some.Alert(severity) with { Factors = [] })]).Replace('\u001b', '^'));

    [Fact]
    public void Of_a_storm_fifty_alerts_an_hour_are_shown_and_a_line_says_that_there_are_more()
    {
        var text = Table(false, [.. Enumerable.Repeat(Some.Alert(), 75), Some.Alert() with { EventTime = Some.Alert().EventTime.AddHours(1) }]);
        Assert.Equal(51, text.Split("HIGH ").Length - 1);
        Assert.Equal(1, text.Split("There are more alerts of 'Risky PIM activation' in this hour than are shown here").Length - 1);
    }

    [Fact]
    public void Times_are_local_on_both_sides_of_a_clock_change()
    {
        Assert.Contains("2026-03-29 01:59:59 +01:00", Table(false, Some.Alert() with { EventTime = new DateTime(2026, 3, 29, 0, 59, 59, DateTimeKind.Utc) }), StringComparison.Ordinal);
        Assert.Contains("2026-03-29 03:00:00 +02:00", Table(false, Some.Alert() with { EventTime = new DateTime(2026, 3, 29, 1, 0, 0, DateTimeKind.Utc) }), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_a_log_says_reaches_the_terminal_as_a_command()
    {
        const string Evil = "\u001b[2J\u001b]0;owned\a\r\n\u202egnp.exe\u200b\u0085\u009b31m";
        var text = Table(false, Some.Alert(upn: Evil, because: Evil) with { Justification = Evil, Ip = Evil, Role = new RoleInfo("r", Evil, 0), Target = new Principal(null, Evil) });
        Assert.DoesNotContain(text, c => c != '\n' && (char.IsControl(c) || c is '\u202e' or '\u200b'));
        Assert.Equal(Table(false, Some.Alert() with { Target = new Principal("x", null) }).Count(c => c == '\n'), text.Count(c => c == '\n'));
    }
}
