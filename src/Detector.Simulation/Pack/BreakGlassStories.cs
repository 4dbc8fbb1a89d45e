using System.Collections.Immutable;
using Detector.Simulation.Records;
using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Pack;

/// <summary>Emergency accounts are used, changed, and imitated.</summary>
internal static class BreakGlassStories
{
    public static ImmutableArray<PackStory> All { get; } =
    [
        PackStory.Attack("break_glass_used", "An emergency account signs in, and nobody changes its password in the day after.", AttackMoment.WorkdayNight, scene =>
            Used(scene, scene.SignIn(Account(scene), scene.At))) with { Aftermath = TimeSpan.FromHours(26) },
        PackStory.Attack("break_glass_renamed", "A renamed emergency account is used without interaction: only the object id tells.", AttackMoment.WorkingHours, scene =>
        {
            scene.SignIn(Account(scene), scene.At, RecordKind.NonInteractive);
            scene.Rows[^1] = scene.Rows[^1] with { Renamed = true };
            Used(scene, scene.Rows[^1]);
        }) with { Aftermath = TimeSpan.FromHours(26) },
        PackStory.Attack("break_glass_rotated", "An emergency account signs in; its password is reset 20 hours later, which is a change of it.", AttackMoment.Weekend, scene =>
        {
            var account = Account(scene);
            scene.Expect("break_glass_sign_in", "critical", scene.SignIn(account, scene.At));
            scene.Expect("break_glass_account_changed", "critical", scene.Audit(RecordKind.ResetPassword, scene.Before(-20 * 60), scene.Cast.Administrator(scene.Dice), account));
        }) with { Aftermath = TimeSpan.FromHours(26) },
        PackStory.Attack("break_glass_wrong_password", "Somebody tries a password of an emergency account, and fails.", AttackMoment.WorkingHours, scene =>
            scene.Expect("break_glass_sign_in", "critical", scene.SignIn(Account(scene), scene.At, error: SignInErrors.WrongPassword))),
        PackStory.Attack("break_glass_gives_role", "An emergency account gives somebody a role; its sign-in is not in the logs.", AttackMoment.WorkingHours, scene =>
        {
            var given = scene.Audit(RecordKind.RoleAdded, scene.At, Account(scene), scene.Somebody(), Roles.Exchange);
            scene.Expect("break_glass_audit_activity", "critical", given);
            scene.Expect("role_assigned_outside_pim", "high", given);
        }),
        PackStory.Attack("break_glass_asks_pim", "An emergency account asks PIM for a role, which refuses it.", AttackMoment.WorkingHours, scene =>
        {
            var refused = scene.Activate(Account(scene), Roles.Global, new Terms { IsRefused = true, Approvers = [] });
            scene.Expect("break_glass_in_pim", "critical", refused);
            scene.Expect("break_glass_audit_activity", "critical", refused);
        }),
        PackStory.Attack("break_glass_in_group", "Somebody adds an emergency account to a group.", AttackMoment.WorkingHours, scene =>
            scene.Expect("break_glass_account_changed", "critical", scene.Audit(RecordKind.GroupMember, scene.At, scene.Cast.Administrator(scene.Dice), Account(scene)))),
        PackStory.Attack("break_glass_not_excluded", "A conditional access policy that left out both emergency accounts leaves out one.", AttackMoment.WorkingHours, scene =>
            scene.Expect("break_glass_account_changed", "critical", scene.Audit(RecordKind.Policy, scene.At, scene.Cast.Administrator(scene.Dice), says: (Slot.Excluded, $"\"{People.IdOf(0, People.BreakGlass1)}\"")))),
        PackStory.NearMiss("near_break_glass_name", "An account that is called almost like an emergency account signs in.", AttackMoment.WorkdayNight, scene =>
            scene.SignIn(scene.Cast.BreakGlass[0] with { User = People.LookAlike }, scene.At)),
    ];

    private static Person Account(Scene scene) => scene.Cast.BreakGlass[scene.Dice.Below(2)];

    private static void Used(Scene scene, SimEvent signIn)
    {
        scene.Expect("break_glass_sign_in", "critical", signIn);
        scene.Expect("break_glass_password_not_rotated", "high", signIn);
    }
}
