using System.Collections.Immutable;
using Detector.Simulation.Records;
using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Pack;

/// <summary>What lies around an activation makes it suspect: the place, the device, an incident.</summary>
internal static class AroundActivationStories
{
    /// <summary>What sign-ins from a country say where nobody of the tenant works.</summary>
    public static IReadOnlyDictionary<Slot, string> Abroad { get; } = new Dictionary<Slot, string>
    {
        [Slot.City] = "Bucharest",
        [Slot.State] = "Bucuresti",
        [Slot.Country] = "RO",
        [Slot.Latitude] = "44.43225",
        [Slot.Longitude] = "26.10626",
        [Slot.Asn] = "9009",
        [Slot.Ip] = "203.0.113.44",
    };

    public static ImmutableArray<PackStory> All { get; } =
    [
        PackStory.Attack("watched_account", "An account of an incident activates a privileged role.", AttackMoment.WorkingHours, scene =>
            scene.Expect("activation_by_watched_account", "high", scene.Activate(scene.Somebody(listedId: Cast.WatchedId), Roles.Application))),
        PackStory.NearMiss("near_watched_account", "An account of an incident activates a role that is not privileged.", AttackMoment.WorkingHours, scene =>
            scene.Activate(scene.Somebody(listedId: Cast.WatchedId), Roles.Exchange)),
        PackStory.Attack("after_an_alert", "Somebody gives a role past PIM, and three hours later activates a privileged role.", AttackMoment.WorkingHours, scene =>
            scene.Expect("activation_during_incident", "high", AfterAlert(scene, hours: 3, Roles.Application))),
        PackStory.NearMiss("near_after_an_alert", "Somebody gives a role past PIM, and three hours later activates one that is not privileged.", AttackMoment.WorkingHours, scene =>
            AfterAlert(scene, hours: 3, Roles.Exchange)),
        PackStory.Attack("new_country", "Somebody signs in from a country where they never were, and activates a role eleven hours later.", AttackMoment.WorkingHours, scene =>
            scene.Expect("activation_new_country", "high", After(scene, minutes: 11 * 60, _ => Abroad))) with { AfterWarmUp = true },
        PackStory.NearMiss("near_new_country", "The same, 12 hours and a minute later.", AttackMoment.WorkingHours, scene =>
            After(scene, minutes: 12 * 60 + 1, _ => Abroad)) with { AfterWarmUp = true },
        PackStory.Attack("new_device", "Somebody signs in on a device that they never used, and activates a role two hours later.", AttackMoment.WorkingHours, scene =>
            scene.Expect("activation_new_device", "high", After(scene, minutes: 120, person => scene.Cast.OtherDevice(person)))) with { AfterWarmUp = true },
        PackStory.NearMiss("near_new_device", "Somebody signs in on a device without an id, and activates a role two hours later.", AttackMoment.WorkingHours, scene =>
            After(scene, minutes: 120, person => new Dictionary<Slot, string>(scene.Cast.OtherDevice(person, isManaged: false)) { [Slot.DeviceId] = "", [Slot.DeviceName] = "" })) with { AfterWarmUp = true },
        PackStory.Attack("not_from_paw", "Somebody signs in on an ordinary laptop of theirs, and activates a tier 0 role 50 minutes later.", AttackMoment.WorkingHours, scene =>
        {
            var (signIn, completed) = OnLaptop(scene, minutes: 50);
            scene.Expect("tier0_activation_not_from_paw", "medium", signIn, completed);
        }),
        PackStory.NearMiss("near_not_from_paw", "The same, 61 minutes later.", AttackMoment.WorkingHours, scene => OnLaptop(scene, minutes: 61)),
        PackStory.Attack("phishable_method", "Somebody answers a notification of the app, and activates a tier 0 role two hours later.", AttackMoment.WorkingHours, scene =>
        {
            var person = scene.Tier0Administrator();
            scene.SignIn(person, scene.Before(120), says: [new(Slot.MfaMethod, "Mobile app notification")]);
            scene.Expect("tier0_without_phishing_resistant", "medium", scene.Activate(person, Roles.Global));
        }),
        PackStory.NearMiss("near_phishable_method", "Somebody answers a notification, uses the security key an hour later, and activates a tier 0 role.", AttackMoment.WorkingHours, scene =>
        {
            var person = scene.Tier0Administrator();
            scene.SignIn(person, scene.Before(120), says: [new(Slot.MfaMethod, "Mobile app notification")]);
            scene.SignIn(person, scene.Before(60));
            scene.Activate(person, Roles.Global);
        }),
    ];

    private static SimEvent AfterAlert(Scene scene, int hours, int role)
    {
        var person = scene.Somebody();
        scene.Expect("role_assigned_outside_pim", "high", scene.Audit(RecordKind.RoleAdded, scene.Before(60 * hours), person, scene.Somebody(), Roles.SharePoint));
        return scene.Activate(person, role);
    }

    private static SimEvent[] After(Scene scene, int minutes, Func<Person, IReadOnlyDictionary<Slot, string>> says)
    {
        var person = scene.Somebody();
        return [scene.SignIn(person, scene.Before(minutes), says: says(person)), scene.Activate(person, Roles.Exchange)];
    }

    // The laptop is known: it is no new device.
    private static (SimEvent SignIn, SimEvent Completed) OnLaptop(Scene scene, int minutes)
    {
        var person = scene.Tier0Administrator();
        var laptop = scene.Cast.OtherDevice(person);
        scene.SignIn(person, scene.Rows[0].Ticks + TimeSpan.TicksPerHour, says: laptop);
        return (scene.SignIn(person, scene.Before(minutes), says: laptop), scene.Activate(person, Roles.Global));
    }
}
