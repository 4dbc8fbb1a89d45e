using System.Collections.Immutable;
using Detector.Simulation.Records;
using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Pack;

/// <summary>Activations, assignments and settings that the policy of the tiers does not allow.</summary>
internal static class PolicyStories
{
    public static ImmutableArray<PackStory> All { get; } =
    [
        PackStory.Attack("tier_0_for_five_hours", "A tier 0 role for five hours.", AttackMoment.WorkingHours, scene =>
            scene.Expect("activation_too_long", "medium", ActivationStories.ByTheBook(scene, new Terms { Hours = 5 }))),
        PackStory.Attack("tier_1_for_nine_hours", "A tier 1 role for nine hours.", AttackMoment.WorkingHours, scene =>
            scene.Expect("activation_too_long", "medium", scene.Activate(scene.Somebody(), Roles.Exchange, new Terms { Hours = 9 }))),
        PackStory.NearMiss("near_too_long", "A tier 0 role for four hours.", AttackMoment.WorkingHours, scene => ActivationStories.ByTheBook(scene, new Terms { Hours = 4 })),
        PackStory.Attack("no_justification", "A role becomes active, and nobody said why.", AttackMoment.WorkingHours, scene =>
            scene.Expect("activation_without_justification", "medium", scene.Activate(scene.Somebody(), Roles.Exchange, new Terms { Justification = "" }))),
        PackStory.Attack("blank_justification", "A role becomes active, and the reason is a few spaces.", AttackMoment.WorkingHours, scene =>
            scene.Expect("activation_without_justification", "medium", scene.Activate(scene.Somebody(), Roles.Groups, new Terms { Justification = "   " }))),
        PackStory.NearMiss("near_no_justification", "A role becomes active, and the reason is a full stop.", AttackMoment.WorkingHours, scene =>
            scene.Activate(scene.Somebody(), Roles.Exchange, new Terms { Justification = "." })),
        PackStory.Attack("no_second_factor", "A role becomes active without a second factor.", AttackMoment.WorkingHours, scene =>
            scene.Expect("activation_without_mfa", "high", scene.Activate(scene.Somebody(), Roles.Exchange, new Terms { HasMfa = false }))),
        PackStory.Attack("long_emergency", "A role for three hours; they say it is an emergency.", AttackMoment.WorkingHours, scene =>
            scene.Expect("emergency_activation_too_long", "medium", scene.Activate(scene.Somebody(), Roles.Exchange, new Terms { Justification = "SPOED: mailstroom ligt stil", Hours = 3 }))),
        PackStory.NearMiss("near_long_emergency", "A role for two hours; they say it is an emergency.", AttackMoment.WorkingHours, scene =>
            scene.Activate(scene.Somebody(), Roles.Exchange, new Terms { Justification = "Noodgeval mailstroom", Hours = 2 })),
        PackStory.Attack("no_ticket", "A tier 0 role without a ticket.", AttackMoment.WorkingHours, scene =>
            scene.Expect("tier0_without_ticket", "medium", ActivationStories.ByTheBook(scene, new Terms { HasTicket = false, Justification = "Beleid aanpassen, zie INC-2291" }))),
        PackStory.NearMiss("near_no_ticket", "A tier 0 role whose ticket stands in the justification.", AttackMoment.WorkingHours, scene =>
            ActivationStories.ByTheBook(scene, new Terms { HasTicket = false, Justification = "Beleid aanpassen (chg0041922)" })),
        PackStory.Attack("guest_activates", "A guest activates a privileged role.", AttackMoment.WorkingHours, scene =>
            scene.Expect("guest_with_privileged_role", "high", scene.Activate(scene.Somebody(isGuest: true), Roles.CloudApplication))),
        PackStory.NearMiss("near_guest_activates", "A guest activates a role that is not privileged.", AttackMoment.WorkingHours, scene =>
            scene.Activate(scene.Somebody(isGuest: true), Roles.Exchange)),
        PackStory.Attack("program_gets_role", "A program is given a privileged role, past PIM.", AttackMoment.WorkingHours, scene =>
        {
            var given = scene.Audit(RecordKind.RoleAdded, scene.At, scene.Cast.Administrator(scene.Dice), scene.Somebody(), Roles.Application, (Slot.SubjectType, "ServicePrincipal"), (Slot.SubjectUpn, ""));
            scene.Expect("program_with_privileged_role", "high", given);
            scene.Expect("role_assigned_outside_pim", "high", given);
        }),
        PackStory.Attack("eligible_for_ever", "Somebody becomes eligible for a role for ever.", AttackMoment.WorkingHours, scene =>
            scene.Expect("eligibility_without_end", "medium", Eligible(scene, "permanent", days: null))),
        PackStory.Attack("eligible_for_long", "Somebody becomes eligible for a role for 200 days.", AttackMoment.WorkingHours, scene =>
            scene.Expect("eligibility_without_end", "medium", Eligible(scene, "timebound", days: 200))),
        PackStory.NearMiss("near_eligible_for_long", "Somebody becomes eligible for a role for 180 days.", AttackMoment.WorkingHours, scene => Eligible(scene, "timebound", days: 180)),
        PackStory.Attack("setting_weakened", "Somebody switches off the approval of a tier 0 role.", AttackMoment.WorkingHours, scene =>
            scene.Expect("role_setting_weakened", "high", Setting(scene, Roles.Global, "Approval disabled"))),
        PackStory.Attack("policy_removed", "Somebody removes the settings of a role.", AttackMoment.WorkingHours, scene =>
            scene.Expect("role_setting_weakened", "high", Setting(scene, Roles.Exchange, "", "PIM policy removed"))),
        PackStory.Attack("setting_changed", "Somebody switches off the approval of a tier 1 role, which its tier does not ask for.", AttackMoment.WorkingHours, scene =>
            scene.Expect("role_setting_changed", "low", Setting(scene, Roles.Exchange, "Approval disabled"))),
        PackStory.NearMiss("near_setting_changed", "Somebody tries to change the setting of a role, and fails.", AttackMoment.WorkingHours, scene =>
        {
            Setting(scene, Roles.Global, "RoleSettingNotFound");
            scene.Rows[^1] = scene.Rows[^1] with { Failed = true };
        }),
    ];

    private static SimEvent Eligible(Scene scene, string kind, int? days)
    {
        var (admin, person, request) = (scene.Cast.Administrator(scene.Dice), scene.Somebody(), scene.Dice.Next());
        KeyValuePair<Slot, string>[] end = [new(Slot.End, days is { } count ? Timestamp.Text(scene.Time.AddDays(count).Ticks) : "")];
        scene.Pim($"Add eligible member to role in PIM requested ({kind})", scene.At - TimeSpan.TicksPerSecond, admin, person, Roles.Exchange, "CreateRequestEligible", "CreateRequestEligible", request, says: end);
        return scene.Pim($"Add eligible member to role in PIM completed ({kind})", scene.At, admin, person, Roles.Exchange, "AssignEligibleRole", "AssignEligibleRole", request, says: end);
    }

    private static SimEvent Setting(Scene scene, int role, string reason, string activity = "Update role setting in PIM") =>
        scene.Audit(RecordKind.RoleSetting, scene.At, scene.Cast.Administrator(scene.Dice), role: role, says: [(Slot.Activity, activity), (Slot.ResultReason, reason), (Slot.OperationType, "Update"), (Slot.AuditType, "UpdatePolicy")]);
}
