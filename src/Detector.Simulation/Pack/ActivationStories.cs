using System.Collections.Immutable;
using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Pack;

/// <summary>Roles are activated at odd hours, too often, together, or given past PIM.</summary>
internal static class ActivationStories
{
    public static ImmutableArray<PackStory> All { get; } =
    [
        PackStory.Attack("stolen_credential", "Three wrong passwords, then a tier 0 activation at night that the CISO approved.", AttackMoment.WorkdayNight, scene =>
        {
            var person = scene.Tier0Administrator();
            for (var i = 0; i < 3; i++) scene.SignIn(person, scene.Before(30 - 5 * i), error: SignInErrors.WrongPassword);
            scene.Activate(person, Roles.Global, new Terms { Failures = 3 });
        }),
        PackStory.Attack("weekend_tier_0", "A tier 0 activation at a weekend, in daylight, that the CISO approved.", AttackMoment.Weekend, scene => ByTheBook(scene)),
        PackStory.Attack("closing_time", "A tier 0 activation at 18:00 exactly.", AttackMoment.ClosingTime, scene => ByTheBook(scene)),
        PackStory.NearMiss("near_closing_time", "A tier 0 activation a tick before 18:00.", AttackMoment.ClosingTick, scene => ByTheBook(scene)),
        PackStory.Attack("many_failures", "Six failed sign-ins, then a tier 2 activation: exactly 40 points.", AttackMoment.WorkingHours, scene => AfterFailures(scene, 6)),
        PackStory.NearMiss("near_many_failures", "Five failed sign-ins, then a tier 2 activation: 35 points.", AttackMoment.WorkingHours, scene => AfterFailures(scene, 5)),
        PackStory.Attack("out_of_hours_without_ciso", "A tier 0 activation at night that two approvers let pass, and nobody of the CISO group.", AttackMoment.WorkdayNight, scene =>
            scene.Expect("tier0_off_hours_without_ciso", "high", scene.Activate(scene.Tier0Administrator(), Roles.Security, new Terms { Approvers = [scene.Cast.Approvers[2], scene.Cast.Approvers[3]] }))),
        PackStory.Attack("tier_0_together", "Two people activate tier 0 roles within ten minutes.", AttackMoment.WorkingHours, scene =>
            scene.Expect("tier0_concurrent", "high", Two(scene, minutes: 10))),
        PackStory.NearMiss("near_tier_0_together", "Two people activate tier 0 roles 16 minutes apart.", AttackMoment.WorkingHours, scene => Two(scene, minutes: 16)),
        PackStory.Attack("eleven_activations", "Somebody activates a role eleven times in a day.", AttackMoment.WorkdayEarly, scene =>
            scene.Expect("frequent_activations", "medium", Often(scene, 11))),
        PackStory.NearMiss("near_eleven_activations", "Somebody activates a role ten times in a day.", AttackMoment.WorkdayEarly, scene => Often(scene, 10)),
        PackStory.Attack("three_refusals", "PIM refuses somebody three times within the hour.", AttackMoment.WorkingHours, scene =>
            scene.Expect("pim_repeated_failures", "high", Refused(scene, 3))),
        PackStory.NearMiss("near_three_refusals", "PIM refuses somebody twice within the hour.", AttackMoment.WorkingHours, scene => Refused(scene, 2)),
        PackStory.Attack("first_of_a_role", "Somebody activates a privileged role that they never activated.", AttackMoment.WorkingHours, scene =>
            scene.Activate(scene.Somebody(), Roles.Application)) with { AfterWarmUp = true },
        PackStory.NearMiss("near_first_of_a_role", "Somebody activates a privileged role again after two weeks.", AttackMoment.WorkingHours, scene =>
        {
            var person = scene.Somebody();
            scene.Activate(person, Roles.Application, new Terms { Ticks = scene.At - TimeSpan.FromDays(14).Ticks });
            scene.Activate(person, Roles.Application);
        }) with { AfterWarmUp = true },
        PackStory.Attack("role_past_pim", "Somebody is given a role past PIM, which reports it every two hours from then on.", AttackMoment.WorkingHours, scene =>
        {
            var (giver, receiver) = (scene.Cast.Administrator(scene.Dice), scene.Somebody());
            var given = scene.Audit(RecordKind.RoleAdded, scene.At, giver, receiver, Roles.SharePoint);
            for (var i = 1; i <= 5; i++) scene.Pim("Add member to role outside of PIM (permanent)", scene.Before(-120 * i), giver, receiver, Roles.SharePoint, "AssignPermanentRole", "RoleElevatedOutsidePimAlert");
            scene.Expect("role_assigned_outside_pim", "high", given);
        }),
        PackStory.Attack("elevated_access", "A Global Administrator takes all Azure subscriptions.", AttackMoment.WorkingHours, scene =>
            scene.Expect("elevate_access", "high", scene.Audit(RecordKind.Elevated, scene.At, scene.Somebody()))),
    ];

    /// <summary>As the policy wants it.</summary>
    public static SimEvent ByTheBook(Scene scene, Terms? terms = null)
    {
        var person = scene.Tier0Administrator();
        scene.SignIn(person, scene.Before(45));
        return scene.Activate(person, Roles.Global, terms);
    }

    private static void AfterFailures(Scene scene, int count)
    {
        var person = scene.Somebody();
        for (var i = 0; i < count; i++) scene.SignIn(person, scene.Before(50 - 5 * i), error: SignInErrors.WrongPassword);
        scene.Activate(person, Roles.Groups, new Terms { Failures = count });
    }

    private static SimEvent[] Two(Scene scene, int minutes) =>
    [
        scene.Activate(scene.Tier0Administrator(), Roles.Security, new Terms { Ticks = scene.Before(minutes) }),
        scene.Activate(scene.Tier0Administrator(), Roles.PrivilegedRole),
    ];

    private static SimEvent Often(Scene scene, int times)
    {
        var person = scene.Somebody();
        SimEvent? last = null;
        for (var i = 0; i < times; i++) last = scene.Activate(person, Roles.Exchange, new Terms { Ticks = scene.Before(-50 * i), Hours = 0.5 });
        return last!;
    }

    private static SimEvent Refused(Scene scene, int times)
    {
        var person = scene.Somebody();
        SimEvent? last = null;
        for (var i = 0; i < times; i++) last = scene.Activate(person, Roles.Exchange, new Terms { Ticks = scene.Before(-10 * i), IsRefused = true });
        return last!;
    }
}
