namespace Detector.Rules;

/// <summary>How bad a problem of a rule folder is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>The rules run, but probably not as meant.</summary>
    Warning,

    /// <summary>The rules cannot run.</summary>
    Error,
}

/// <summary>A problem of a rule folder: where (line from 1, 0 for the whole file), what, and what to do about it.</summary>
public sealed record Diagnostic(string File, int Line, DiagnosticSeverity Severity, string Message, string? Remedy)
{
    /// <summary>One line for a terminal: <c>file:line: error: message. Remedy</c>.</summary>
    public override string ToString() =>
        $"{File}{(Line > 0 ? $":{Line}" : "")}: {(Severity switch { DiagnosticSeverity.Error => "error", DiagnosticSeverity.Warning => "warning", _ => "info" })}: {Message}{(Remedy is null ? "" : $" {Remedy}")}";
}

/// <summary>Collects the problems of one file, and counts what of it costs.</summary>
internal sealed class Diagnostics(string file, ICollection<Diagnostic> all)
{
    /// <summary>Longer messages and remedies are cut here.</summary>
    public const int TextCharsMax = 400;

    /// <summary>Of one file at most so many problems are kept; a last one says that there are more.</summary>
    public const int PerFileMax = 200;

    /// <summary>A file may have so many regular expressions: each takes a millisecond to compile, and time for each record.</summary>
    public const int ExpressionsMax = 300;

    private int _count;
    private int _expressions;

    public string File { get; } = file;

    public bool HasErrors { get; private set; }

    /// <summary>Whether further problems are no longer kept, so that nothing need be found out for them.</summary>
    public bool IsFull => _count > PerFileMax;

    /// <summary>Counts a regular expression; false when there are too many, which is told once.</summary>
    public bool AdmitsExpression(int line)
    {
        if (++_expressions == ExpressionsMax + 1) Error(line, $"The file has more than {ExpressionsMax} regular expressions.", "Use 'contains', 'startswith' or wildcards where they suffice, or join expressions with '|'.");
        return _expressions <= ExpressionsMax;
    }

    public void Error(int line, string message, string? remedy = null)
    {
        HasErrors = true;
        Add(line, DiagnosticSeverity.Error, message, remedy);
    }

    public void Warning(int line, string message, string? remedy = null) => Add(line, DiagnosticSeverity.Warning, message, remedy);

    public void Info(int line, string message, string? remedy = null) => Add(line, DiagnosticSeverity.Info, message, remedy);

    private void Add(int line, DiagnosticSeverity severity, string message, string? remedy)
    {
        if (_count > PerFileMax) return;
        all.Add(++_count > PerFileMax
            ? new Diagnostic(File, line, DiagnosticSeverity.Error, $"The file has more than {PerFileMax} problems; the others are not shown.", "Mend these first.")
            : new Diagnostic(File, line, severity, Clean(message), remedy is null ? null : Clean(remedy)));
    }

    // Messages quote the file, and end up on terminals: no escape sequence gets there, and no megabyte of text.
    public static string Clean(string text)
    {
        var cut = text.Length <= TextCharsMax ? text : string.Concat(text.AsSpan(0, TextCharsMax), "…");
        return cut.Any(char.IsControl) ? string.Concat(cut.Select(letter => char.IsControl(letter) ? ' ' : letter)) : cut;
    }
}
