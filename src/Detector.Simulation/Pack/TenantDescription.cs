using System.Globalization;
using System.Text;

namespace Detector.Simulation.Pack;

/// <summary>What <c>tenant.yaml</c> has to say of the people and devices of the stories.</summary>
internal static class TenantDescription
{
    public static string Of(PackPlan plan)
    {
        var text = new StringBuilder("# An invented tenant: who and what is in its logs. Made by 'detector logs generate'.\n");
        text.Append("tiers:\n  accounts:\n");
        foreach (var person in plan.People.Where(person => person.Tier is not null)) text.Append(CultureInfo.InvariantCulture, $"    {plan.Cast.IdOf(person)}: {person.Tier}\n");
        text.Append("paws:\n");
        foreach (var person in plan.People.Where(person => person.HasPaw)) text.Append(CultureInfo.InvariantCulture, $"  - {person.DeviceId}\n");
        text.Append("approvers:\n");
        foreach (var person in plan.People.Where(person => person.IsApprover)) text.Append(CultureInfo.InvariantCulture, $"  - {plan.Cast.IdOf(person)}\n");
        return text.ToString();
    }
}
