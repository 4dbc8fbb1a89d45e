namespace Detector.Engine.Entra;

/// <summary>One built-in Entra role as shipped with the product.</summary>
/// <param name="TemplateId">The same in every tenant, lower case.</param>
/// <param name="Name">English name; logs may carry it edited or localised.</param>
/// <param name="IsPrivileged">Microsoft's own label.</param>
/// <param name="StrictTier">By the enterprise access model: control plane 0, management plane 1, all else 2.</param>
/// <param name="ArticleTier">As the article names it, else <paramref name="StrictTier"/>.</param>
public sealed record EntraRole(string TemplateId, string Name, bool IsPrivileged, int StrictTier, int ArticleTier);
