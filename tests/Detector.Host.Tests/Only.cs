namespace Detector.Host.Tests;

/// <summary>For tests that count the alerts of a few rules, so that a new rule in the pack does not change what they show.</summary>
internal static class Only
{
    /// <summary>The rules of which the truth of a simulation tells every alert.</summary>
    public const string FirstRules = "pim_activation_risk,break_glass_sign_in,break_glass_audit_activity";
}
