using System.Text;
using Detector.Engine.Enrichment;
using Detector.Rules.Tenant;

namespace Detector.Rules.Tests.Tenant;

/// <summary>What a tenant.yaml gave over the shipped one.</summary>
internal sealed record TenantText(TenantProfile Profile, IReadOnlyList<Diagnostic> Diagnostics)
{
    public bool HasErrors => Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error);

    public static ReadOnlyMemory<byte> Shipped { get; } = RuleFiles.Shipped().Single(file => file.IsTenant).Bytes;

    public static TenantText Load(string text) => Load(Encoding.UTF8.GetBytes(text));

    public static TenantText Load(byte[] bytes)
    {
        var problems = new List<Diagnostic>();
        var tenant = new TenantFile();
        tenant.Add(Shipped, new Diagnostics("shipped", problems));
        tenant.Add(bytes, new Diagnostics("tenant.yaml", problems));
        return new TenantText(tenant.Build(), [.. problems.OrderBy(p => p.Line)]);
    }
}
