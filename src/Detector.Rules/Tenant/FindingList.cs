namespace Detector.Rules.Tenant;

/// <summary>Collects the findings of one file. Not thread-safe.</summary>
internal sealed class FindingList(string file)
{
    private readonly List<Diagnostic> _findings = [];

    /// <summary>All findings by line; those of one line in the order in which they were found.</summary>
    public IReadOnlyList<Diagnostic> Sorted() => [.. _findings.OrderBy(f => f.Line)];

    /// <summary>Adds what cannot be used as written.</summary>
    public void Error(int line, string message, string? remedy) => _findings.Add(new Diagnostic(file, line, DiagnosticSeverity.Error, message, remedy));

    /// <summary>Adds what is probably not meant.</summary>
    public void Warning(int line, string message, string? remedy) => _findings.Add(new Diagnostic(file, line, DiagnosticSeverity.Warning, message, remedy));

    /// <summary>Adds that a key is not known, with the nearest that is.</summary>
    public void UnknownKey(TenantEntry entry, string place, IReadOnlyList<string> known)
    {
        var nearest = NearestName.Of(entry.Key, known);
        Error(
            entry.Line,
            $"'{Shown.Of(entry.Key)}' is not a key of {place}.",
            nearest is null ? $"The keys are {string.Join(", ", known)}." : $"Did you mean '{nearest}'?");
    }
}
