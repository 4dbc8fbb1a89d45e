using System.Text;
using Detector.Sinks.Delivery;
using Detector.Sinks.Webhook;
using FsCheck;
using FsCheck.Fluent;

namespace Detector.Sinks.Tests.Webhook;

public sealed class CefLineTests
{
    [Fact]
    public void A_line_says_what_the_alert_says()
    {
        var (head, fields) = Read(CefLine.Of(Alerts.One(1)));
        Assert.Equal(["CEF:0", "Detector", "Detector", "0.1.0", "pim_activation_risk", "Risky PIM activation", "8"], head);
        Assert.Equal(("j.jansen@contoso.nl", "203.0.113.7", "1772403004000", "85", "score"), (fields["suser"], fields["src"], fields["rt"], fields["cn1"], fields["cn1Label"]));
        Assert.Equal(("Mail flow is down for the ministry", "justification"), (fields["cs3"], fields["cs3Label"]));
    }

    [Fact]
    public void Hostile_text_ends_no_value_and_no_line() => Prop.ForAll(ArbMap.Default.ArbFor<string>(), random =>
    {
        foreach (var text in (string[])[$"{random}|{random}", $"{random} suser=root@contoso.nl {random}\\", $"{random}\r\nCEF:0|x|{random}\u2028", $"\\={random}=\\", $"{random}\uD83D\u202E"])
        {
            var alert = OutgoingAlert.Of(Alerts.Whole(text: text) with { Rule = Alerts.Rule(title: text) }, 1);
            var line = CefLine.Of(alert);
            Assert.DoesNotContain(line, c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u202E');
            Assert.Equal(line, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(line)));
            var (head, fields) = Read(line);
            Assert.Equal(7, head.Count);
            Assert.Equal(PlainText.Clean(alert.Document.Title, 500), head[5]);
            foreach (var name in (string[])["suser", "shost", "cs1", "cs3", "cs4"]) Assert.Equal(PlainText.Clean(alert.Document.Ticket, 1000), fields.GetValueOrDefault(name, ""));
            Assert.Equal("85", fields["cn1"]);
        }
    }).QuickCheckThrowOnFailure();

    // As a collector reads it: "|" ends a field of the head and " name=" a value, but for what "\" is before.
    private static (List<string> Head, Dictionary<string, string> Fields) Read(string line)
    {
        var head = new List<string>();
        var at = 0;
        var field = new StringBuilder();
        for (; head.Count < 7; at++)
        {
            if (line[at] == '|') Take();
            else field.Append(line[at] == '\\' ? line[++at] : line[at]);
        }

        // From the back: a value ends where the next name begins.
        var rest = line[at..];
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var equals = Enumerable.Range(0, rest.Length).Where(i => rest[i] == '=' && rest[..i].Reverse().TakeWhile(c => c == '\\').Count() % 2 == 0).ToList();
        for (var i = 0; i < equals.Count; i++)
        {
            var begin = rest.LastIndexOf(' ', equals[i]) + 1;
            var end = i + 1 < equals.Count ? rest.LastIndexOf(' ', equals[i + 1]) : rest.Length;
            fields.Add(rest[begin..equals[i]], rest[(equals[i] + 1)..end].Replace("\\=", "=", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal));
        }

        return (head, fields);

        void Take()
        {
            head.Add(field.ToString());
            field.Clear();
        }
    }
}
