using Detector.Engine.Enrichment;
using Detector.Engine.Logs;
using Detector.Engine.Rules;

namespace Detector.Engine.Pipeline;

/// <summary>Everything that readers and the pipeline need to know about a rule set and a tenant, prepared once. Immutable, thread-safe.</summary>
public sealed class DetectionPlan
{
    /// <summary>Prepares a rule set for a tenant.</summary>
    public DetectionPlan(RuleSet rules, TenantProfile tenant)
    {
        ArgumentNullException.ThrowIfNull(rules);
        Rules = rules;
        Tenant = tenant;
        Enricher = new Enricher(rules.Schema, tenant);
        Matcher = new RuleMatcher(rules);
    }

    /// <summary>The rules.</summary>
    public RuleSet Rules { get; }

    /// <summary>The tenant.</summary>
    public TenantProfile Tenant { get; }

    /// <summary>The slots of events under this plan.</summary>
    public FieldSchema Schema => Rules.Schema;

    /// <summary>Fills derived fields; to be called before matching.</summary>
    public Enricher Enricher { get; }

    /// <summary>Finds the rules that an enriched event matches.</summary>
    public RuleMatcher Matcher { get; }
}
