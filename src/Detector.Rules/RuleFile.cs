namespace Detector.Rules;

/// <summary>A file of a rule folder: its path with forward slashes, from the folder on, and its bytes.</summary>
public sealed record RuleFile(string Name, ReadOnlyMemory<byte> Bytes)
{
    internal bool IsSigma => Name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    internal bool IsDetector => Name.EndsWith(".detector.yaml", StringComparison.OrdinalIgnoreCase);

    internal bool IsTenant => IsNamed("tenant.yaml");

    internal bool IsTestTenant => IsNamed("test-tenant.yaml");

    internal bool IsFields => IsNamed("fields.yaml");

    // The folder right above decides, so that a rule folder below some '/srv/lists/' is not taken for lists.
    internal bool IsList => Name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) && !IsDetector && FolderName is "lists";

    private ReadOnlySpan<char> FolderName => Path.GetFileName(Path.GetDirectoryName(Name.AsSpan()));

    private bool IsNamed(string name) => string.Equals(Path.GetFileName(Name), name, StringComparison.OrdinalIgnoreCase);
}
