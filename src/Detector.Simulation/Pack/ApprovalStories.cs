using System.Collections.Immutable;
using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Pack;

/// <summary>Approvals are missing, late, or given by the wrong people.</summary>
internal static class ApprovalStories
{
    public static ImmutableArray<PackStory> All { get; } =
    [
        PackStory.Attack("tier_0_unapproved", "A tier 0 role becomes active, and nobody approved it.", AttackMoment.WorkingHours, scene =>
            scene.Expect("activation_without_approval", "medium", ActivationStories.ByTheBook(scene, new Terms { Approvers = [] }))),
        PackStory.Attack("setting_ignored", "A role whose setting asks for approval becomes active without any.", AttackMoment.WorkingHours, scene =>
            scene.Expect("activation_without_approval", "medium", scene.Activate(scene.Somebody(), Roles.Exchange, new Terms { NeedsApproval = true }))),
        PackStory.NearMiss("near_unapproved", "A role that needs approval, with it.", AttackMoment.WorkingHours, scene =>
            scene.Activate(scene.Somebody(), Roles.Exchange, new Terms { Approvers = [scene.Cast.Approvers[0]] })),
        PackStory.Attack("one_approver", "A tier 0 role with one approver.", AttackMoment.WorkingHours, scene =>
            scene.Expect("tier0_fewer_than_two_approvers", "medium", ActivationStories.ByTheBook(scene, new Terms { Approvers = [scene.Cast.Approvers[1]] }))),
        PackStory.Attack("one_approver_twice", "A tier 0 role that one approver approved twice.", AttackMoment.WorkingHours, scene =>
            scene.Expect("tier0_fewer_than_two_approvers", "medium", ActivationStories.ByTheBook(scene, new Terms { Approvers = [scene.Cast.Approvers[2], scene.Cast.Approvers[2]] }))),
        PackStory.Attack("own_approval", "An approver approves an activation of their own.", AttackMoment.WorkingHours, scene =>
        {
            var person = scene.Somebody(isApprover: true);
            scene.Activate(person, Roles.Exchange, new Terms { Approvers = [person] });
            scene.Expect("self_approval", "high", Approval(scene));
        }),
        PackStory.Attack("strange_approver", "Somebody approves who may not.", AttackMoment.WorkingHours, scene =>
        {
            var stranger = scene.Somebody();
            scene.Activate(scene.Somebody(), Roles.Exchange, new Terms { Approvers = [stranger] });
            scene.Expect("approver_not_listed", "high", Approval(scene));
        }),
        PackStory.Attack("never_decided", "Nobody decides about a request: after two hours, and again after four, somebody is told.", AttackMoment.WorkingHours, scene =>
        {
            var asked = Request(scene, decidedAfter: null);
            scene.Expect("approval_pending_stage1", "low", asked);
            scene.Expect("approval_pending_stage2", "medium", asked);
        }) with { Aftermath = TimeSpan.FromHours(6) },
        PackStory.Attack("decided_late", "A request is denied after three hours.", AttackMoment.WorkingHours, scene =>
            scene.Expect("approval_pending_stage1", "low", Request(scene, decidedAfter: 180))) with { Aftermath = TimeSpan.FromHours(6) },
        PackStory.NearMiss("near_decided_late", "A request is denied a minute before two hours are over.", AttackMoment.WorkingHours, scene =>
            Request(scene, decidedAfter: 119)) with { Aftermath = TimeSpan.FromHours(6) },
    ];

    private static SimEvent Approval(Scene scene) => scene.Rows.Last(row => row.Kind == RecordKind.Approved);

    private static SimEvent Request(Scene scene, int? decidedAfter)
    {
        var (person, request, correlation) = (scene.Somebody(), scene.Dice.Next(), scene.Dice.Next());
        scene.Pim("Add member to role requested (PIM activation)", scene.At - TimeSpan.TicksPerSecond, person, person, Roles.Exchange, "CreateRequestActivate", "CreateRequestRoleActivation", request, correlation);
        var asked = scene.Pim("Add member to role approval requested (PIM activation)", scene.At, person, person, Roles.Exchange, "CreateRequestActivate", "CreateRequestRoleActivation", request, correlation);
        if (decidedAfter is { } minutes) scene.Pim("Add member to role request denied (PIM activation)", scene.Before(-minutes), scene.Cast.Approvers[0], person, Roles.Exchange, "DenyActivate", "DenyRequest", request, correlation);
        return asked;
    }
}
