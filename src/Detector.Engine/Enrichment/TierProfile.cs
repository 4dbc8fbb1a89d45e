namespace Detector.Engine.Enrichment;

/// <summary>Which classification of roles a tenant follows.</summary>
public enum TierProfile
{
    /// <summary>The article's short list of tiers; roles that it does not name as in <see cref="Strict"/>.</summary>
    Article,

    /// <summary>The enterprise access model throughout: each role of the control plane is tier 0.</summary>
    Strict,
}
