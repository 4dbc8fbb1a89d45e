using System.Globalization;
using System.Text;
using Detector.Engine.Alerts;
using Detector.Engine.Rules;

namespace Detector.Host.Scaffold;

/// <summary>Asks a person at a terminal for what the command line left open.</summary>
internal sealed class Questions : IDisposable
{
    // Whoever answers so often with nonsense is no person.
    private const int TriesMax = 5;

    private readonly TextWriter _output;
    private readonly StreamReader? _own;
    private readonly TextReader _answers;

    public Questions(HostStreams streams)
    {
        _output = streams.Error;
        _own = streams.In is { } input ? new StreamReader(input, leaveOpen: true) : null;
        _answers = _own ?? Console.In;
    }

    /// <summary>The options with every answer; null when the person went away.</summary>
    public DraftOptions? Complete(DraftOptions options)
    {
        var kind = options.Kind;
        if (kind is null)
        {
            foreach (var (word, use) in RuleKinds.All) _output.WriteLine($"  {word,-12} {use}");
            kind = Ask("Kind", RuleKinds.Sigma, text => RuleKinds.All.Any(known => known.Kind == text) ? null : "It is one of those above.");
        }

        var title = options.Title ?? (kind is null ? null : Ask("Title, for people", null, text => RuleNames.ProblemOfTitle(text)));
        var name = options.Name ?? (title is null ? null : Ask("Name, for other rules", RuleNames.FromTitle(title), text => RuleNames.ProblemOfName(text)));
        var level = options.Level is { } given ? AlertJson.Word(given) : name is null ? null : Ask("Level", AlertJson.Word(Severity.Medium), text => Severities(text) is null ? "It is informational, low, medium, high or critical." : null);
        return level is null ? null : options with { Kind = kind, Title = title, Name = name, Level = Severities(level) };
    }

    public void Dispose() => _own?.Dispose();

    private static Severity? Severities(string text)
    {
        foreach (var severity in Enum.GetValues<Severity>())
        {
            if (string.Equals(AlertJson.Word(severity), text, StringComparison.OrdinalIgnoreCase)) return severity;
        }

        return null;
    }

    private string? Ask(string question, string? usual, Func<string, string?> problem)
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            _output.Write(usual is null ? $"{question}: " : $"{question} [{usual}]: ");
            if (_answers.ReadLine() is not { } line) return null;
            var answer = line.Trim();
            if (answer.Length == 0 && usual is not null) return usual;
            if (problem(answer) is not { } wrong) return answer;
            _output.WriteLine(wrong);
        }

        return null;
    }
}

/// <summary>What titles and names of rules may be.</summary>
internal static class RuleNames
{
    private const int TitleCharsMax = 256;
    private const int NameCharsMax = 100;

    /// <summary><c>Guest got a role!</c> is guest_got_a_role.</summary>
    public static string FromTitle(string title)
    {
        var name = new StringBuilder();
        foreach (var letter in title)
        {
            if (char.IsAsciiLetterOrDigit(letter)) name.Append(char.ToLower(letter, CultureInfo.InvariantCulture));
            else if (name.Length > 0 && name[^1] != '_') name.Append('_');
        }

        var text = name.ToString().Trim('_');
        if (text.Length == 0 || char.IsAsciiDigit(text[0])) text = $"rule_{text}".TrimEnd('_');
        return text.Length <= NameCharsMax ? text : text[..NameCharsMax].TrimEnd('_');
    }

    public static string? ProblemOfTitle(string title) =>
        string.IsNullOrWhiteSpace(title) ? "A rule needs a title." : title.Length > TitleCharsMax || title.Any(char.IsControl) ? $"A title is one line of at most {TitleCharsMax} characters." : null;

    public static string? ProblemOfName(string name) =>
        name.Length is > 0 and <= NameCharsMax && char.IsAsciiLetterLower(name[0]) && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_')
            ? null
            : "A name is lower case letters, digits and '_', and begins with a letter.";
}
