using System.Collections.Immutable;
using Detector.Simulation.Records;
using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Pack;

/// <summary>Accounts of one tier are used in another.</summary>
internal static class TieringStories
{
    public static ImmutableArray<PackStory> All { get; } =
    [
        PackStory.Attack("two_countries", "An administrator signs in at home; half an hour later a token of theirs is used abroad.", AttackMoment.WorkingHours, scene =>
            scene.Expect("account_in_two_countries", "high", TwoCountries(scene, minutes: 30))),
        PackStory.NearMiss("near_two_countries", "The same, 61 minutes later.", AttackMoment.WorkingHours, scene => TwoCountries(scene, minutes: 61)),
        PackStory.Attack("cross_tier", "A tier 0 account activates a role of tier 1.", AttackMoment.WorkingHours, scene =>
            scene.Expect("cross_tier_activation", "high", scene.Activate(scene.Tier0Administrator(), Roles.Exchange))),
        PackStory.NearMiss("near_cross_tier", "A tier 1 account activates a role of tier 1.", AttackMoment.WorkingHours, scene =>
            scene.Activate(scene.Somebody(tier: 1), Roles.Exchange)),
        PackStory.Attack("several_tiers", "Somebody activates a role of tier 1, and six days later one of tier 2.", AttackMoment.WorkingHours, scene =>
            scene.Expect("roles_of_several_tiers", "medium", TwoRoles(scene, Roles.Exchange, Roles.Groups))),
        PackStory.NearMiss("near_several_tiers", "Somebody activates two roles of tier 1 in six days.", AttackMoment.WorkingHours, scene => TwoRoles(scene, Roles.Exchange, Roles.SharePoint)),
        PackStory.Attack("tier_0_chats", "A tier 0 account signs in to Teams.", AttackMoment.WorkingHours, scene =>
            scene.Expect("tier0_account_in_lower_tier", "high", Chat(scene, SignInErrors.None))),
        PackStory.NearMiss("near_tier_0_chats", "A tier 0 account fails to sign in to Teams.", AttackMoment.WorkingHours, scene => Chat(scene, SignInErrors.MfaDenied)),
        PackStory.Attack("tier_1_unmanaged", "A tier 1 account signs in on a device that nobody manages.", AttackMoment.WorkingHours, scene =>
        {
            var person = scene.Somebody(tier: 1);
            scene.Expect("tier1_unmanaged_device", "medium", scene.SignIn(person, scene.At, says: scene.Cast.OtherDevice(person, isManaged: false)));
        }),
        PackStory.NearMiss("near_tier_1_unmanaged", "A tier 2 account signs in on a device that nobody manages.", AttackMoment.WorkingHours, scene =>
        {
            var person = scene.Somebody(tier: 2);
            scene.SignIn(person, scene.At, says: scene.Cast.OtherDevice(person, isManaged: false));
        }),
    ];

    private static SimEvent[] TwoCountries(Scene scene, int minutes)
    {
        var person = scene.Somebody(tier: 2);
        return [scene.SignIn(person, scene.Before(minutes)), scene.SignIn(person, scene.At, RecordKind.NonInteractive, says: AroundActivationStories.Abroad)];
    }

    private static SimEvent[] TwoRoles(Scene scene, int first, int second)
    {
        var person = scene.Somebody();
        return [scene.Activate(person, first, new Terms { Ticks = scene.At - TimeSpan.FromDays(6).Ticks }), scene.Activate(person, second)];
    }

    private static SimEvent Chat(Scene scene, int error) => scene.SignIn(
        scene.Tier0Administrator(), scene.At, error: error,
        says: [new(Slot.AppId, "1fec8e78-bce4-4aaf-ab1b-5451cc387264"), new(Slot.AppName, "Microsoft Teams"), new(Slot.Client, "Mobile Apps and Desktop clients")]);
}
