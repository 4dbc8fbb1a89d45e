using System.Diagnostics;
using Detector.Engine.Enrichment;

namespace Detector.Rules.Tenant;

/// <summary>
/// A tenant's settings, and every finding in its file. The profile is always there: a key in error keeps the value of the
/// shipped default, so that a caller that goes on does so with something sound.
/// </summary>
public sealed record TenantLoad(TenantProfile Profile, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>Whether any finding is an error.</summary>
    public bool HasErrors => Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error);
}

/// <summary>Reads <c>tenant.yaml</c> over the shipped default, key by key.</summary>
public static class TenantFile
{
    private const string DefaultResource = "Detector.Rules.tenant.yaml";

    /// <summary>The profile of the shipped <c>tenant.yaml</c>.</summary>
    public static TenantProfile Default => Load(null, DefaultResource).Profile;

    /// <summary>
    /// The shipped default with the keys of a file over it. Bad content gives diagnostics, all at once and by line, and
    /// never an exception.
    /// </summary>
    /// <param name="overrideYaml">The file's bytes (UTF-8); null for the default alone.</param>
    /// <param name="file">Its name, for diagnostics.</param>
    public static TenantLoad Load(ReadOnlyMemory<byte>? overrideYaml, string file)
    {
        var shippedFindings = new FindingList("rules/tenant.yaml");
        var settings = Read(new TenantSettings(), Shipped(), shippedFindings);
        var shipped = shippedFindings.Sorted();

        // A machine without time zone data fails here, and must be told so even when no file is given.
        if (overrideYaml is not { } own) return new TenantLoad(settings.ToProfile(), shipped);
        var findings = new FindingList(file);
        settings = Read(settings, own.Span, findings);
        return new TenantLoad(settings.ToProfile(), findings.Sorted());
    }

    private static TenantSettings Read(TenantSettings below, ReadOnlySpan<byte> utf8, FindingList findings) =>
        TenantYaml.Read(utf8, findings) is { } map ? new TenantReader(findings).Apply(map, below) : below;

    private static byte[] Shipped()
    {
        using var stream = typeof(TenantFile).Assembly.GetManifestResourceStream(DefaultResource)
            ?? throw new UnreachableException($"The resource {DefaultResource} is missing from the assembly.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
