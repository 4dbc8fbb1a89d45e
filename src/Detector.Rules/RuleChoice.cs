namespace Detector.Rules;

/// <summary>Which rules of a folder, and under which tenant.</summary>
public sealed record RuleChoice
{
    /// <summary>Names of rules: these alone, with those that they look at; none is all.</summary>
    public IReadOnlyCollection<string> Only { get; init; } = [];

    /// <summary>A file as <c>tenant.yaml</c>, laid over that of the folder key by key; null for none.</summary>
    public string? TenantFile { get; init; }
}
