namespace Detector.Rules;

/// <summary>A file of a rule folder: its path with forward slashes, from the folder on, and its bytes.</summary>
public sealed record RuleFile(string Name, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>It describes a tenant, whatever it is called and wherever it lies.</summary>
    internal bool IsOnlyTenant { get; init; }

    internal bool IsSigma => !IsOnlyTenant && Name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    internal bool IsDetector => !IsOnlyTenant && Name.EndsWith(".detector.yaml", StringComparison.OrdinalIgnoreCase);

    internal bool IsTenant => IsOnlyTenant || IsNamed("tenant.yaml");

    internal bool IsTestTenant => !IsOnlyTenant && IsNamed("test-tenant.yaml");

    internal bool IsFields => !IsOnlyTenant && IsNamed("fields.yaml");

    // The folder right above decides, so that a rule folder below some '/srv/lists/' is not taken for lists.
    internal bool IsList => !IsOnlyTenant && Name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) && !IsDetector && FolderName is "lists";

    private ReadOnlySpan<char> FolderName => Path.GetFileName(Path.GetDirectoryName(Name.AsSpan()));

    private bool IsNamed(string name) => string.Equals(Path.GetFileName(Name), name, StringComparison.OrdinalIgnoreCase);
}
