using System.Security.Cryptography;
using System.Text;

namespace Detector.Engine.Alerts;

/// <summary>
/// Deterministic alert ids: UUID version 5 (RFC 9562, section 5.5) of tenant, rule id and subject. The same finding has
/// the same id in every run, so that a sink recognises a repeat.
/// </summary>
public static class AlertId
{
    // The namespace of this product's alert ids. It must never change: ids in tickets and incidents depend on it.
    private static readonly Guid s_namespace = new("5b1f0a4e-6c55-5d8e-9d5c-0d2f6a8e7c11");

    /// <summary>The id of what <paramref name="ruleId"/> found about <paramref name="subject"/> (a session, an attempt or a record).</summary>
    public static Guid From(string? tenantId, string ruleId, string subject)
    {
        // Line feeds part the three: none of them occurs in a tenant id or a rule id.
        var name = Encoding.UTF8.GetBytes($"{tenantId?.ToLowerInvariant()}\n{ruleId}\n{subject}");
        var input = new byte[16 + name.Length];
        s_namespace.TryWriteBytes(input, bigEndian: true, out _);
        name.CopyTo(input, 16);

        // SHA-1 is what version 5 prescribes; nothing here rests on its strength.
#pragma warning disable CA5350
        var hash = SHA1.HashData(input);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
