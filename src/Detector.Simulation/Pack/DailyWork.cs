using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Pack;

/// <summary>Administrators who keep to the rules, month after month: what they do alerts only where the pack wants a notice of it.</summary>
internal static class DailyWork
{
    private const int DaysEach = 6;

    /// <summary>Their days, the first of each within the time in which rules learn.</summary>
    public static IEnumerable<PackStory> Of(Cast cast)
    {
        (Person Person, int Role, AttackMoment Moment)[] workers =
        [
            (Worker(tier: 0, hasPaw: true), Roles.Global, AttackMoment.WorkingHours),
            (Worker(tier: 0, hasPaw: true), Roles.Security, AttackMoment.WorkingHours),
            (Worker(tier: 1, hasPaw: false), Roles.Exchange, AttackMoment.WorkingHours),
            (Worker(tier: 1, hasPaw: false), Roles.Application, AttackMoment.WorkingHours),
            (Worker(tier: 2, hasPaw: false), Roles.Helpdesk, AttackMoment.WorkingHours),
            (Worker(tier: null, hasPaw: false), Roles.Groups, AttackMoment.WorkdayNight),
        ];
        return workers.SelectMany(worker => Enumerable.Range(0, DaysEach).Select(day =>
            PackStory.NearMiss("daily_work", "An administrator does what they do every week, by the book.", worker.Moment, scene => Work(scene, worker.Person, worker.Role, isFirst: day == 0)) with { InWarmUp = day == 0 }));

        Person Worker(int? tier, bool hasPaw) => cast.Make(tier, hasPaw, isGuest: false, listedId: null, isApprover: false);
    }

    private static void Work(Scene scene, Person person, int role, bool isFirst)
    {
        if (isFirst) scene.People.Add(person);
        scene.Knows(person, role);
        scene.SignIn(person, scene.Before(70));
        if (scene.Dice.Chance(0.4)) scene.SignIn(person, scene.Before(25), error: SignInErrors.WrongPassword);
        scene.SignIn(person, scene.Before(20), RecordKind.NonInteractive);
        scene.Activate(person, role, new Terms { Failures = scene.Rows.Count(row => row.IsCredentialFailure) });
    }
}
