namespace Detector.Rules;

/// <summary>How bad a finding is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>It loads, but is probably not what was meant.</summary>
    Warning,

    /// <summary>It cannot be used as written.</summary>
    Error,
}

/// <summary>
/// One finding in a file that people write: where (line from 1; 0 for the file as a whole), what, and what to do about
/// it where that is known.
/// </summary>
public sealed record Diagnostic(string File, int Line, DiagnosticSeverity Severity, string Message, string? Remedy)
{
    /// <summary>One line for people and editors: <c>rules/tenant.yaml:12: error: … Remedy.</c></summary>
    public override string ToString() =>
        $"{File}:{Line}: {(Severity == DiagnosticSeverity.Error ? "error" : "warning")}: {Message}{(Remedy is null ? "" : $" {Remedy}")}";
}
