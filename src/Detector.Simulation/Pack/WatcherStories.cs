using System.Collections.Immutable;
using Detector.Simulation.Records;
using Detector.Simulation.Stories;

namespace Detector.Simulation.Pack;

/// <summary>Somebody blinds those who look.</summary>
internal static class WatcherStories
{
    public static ImmutableArray<PackStory> All { get; } =
    [
        PackStory.Attack("audit_silence", "No record of the audit log comes for 25 hours, while sign-ins go on.", AttackMoment.WorkingHours, scene =>
            scene.Expect("audit_stream_silent", "high", Silence(scene, TimeSpan.FromHours(25)))) with { Aftermath = TimeSpan.FromHours(27) },
        PackStory.NearMiss("near_audit_silence", "No record of the audit log comes for ten minutes less than a day.", AttackMoment.WorkingHours, scene =>
            Silence(scene, TimeSpan.FromMinutes(24 * 60 - 10))) with { Aftermath = TimeSpan.FromHours(27) },
        PackStory.Attack("detector_credential", "Somebody gives the identity of Detector another credential.", AttackMoment.WorkingHours, scene =>
            scene.Expect("detector_identity_changed", "high", scene.Audit(RecordKind.UpdateApplication, scene.At, scene.Cast.Administrator(scene.Dice), says: (Slot.ScheduleId, Cast.DetectorId)))),
        PackStory.Attack("diagnostic_settings_deleted", "Somebody deletes the diagnostic settings of Entra.", AttackMoment.WorkdayNight, scene =>
            scene.Expect("diagnostic_settings_changed", "high", InAzure(scene, "MICROSOFT.AADIAM/DIAGNOSTICSETTINGS/DELETE", "Delete diagnostic setting"))),
        PackStory.NearMiss("near_diagnostic_settings", "Another change in Azure, in the same log.", AttackMoment.WorkingHours, scene =>
            InAzure(scene, "MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE", "Create/Update Storage Account")),
    ];

    // Azure tells of the beginning and of the end of each operation.
    private static SimEvent InAzure(Scene scene, string operation, string name)
    {
        var actor = scene.Cast.Administrator(scene.Dice);
        var begun = scene.Audit(RecordKind.Diagnostic, scene.At, actor, says: [(Slot.Activity, operation), (Slot.ActivityName, name), (Slot.Status, "Start")]);
        scene.Rows.Add(begun with { Ticks = begun.Ticks + 2 * TimeSpan.TicksPerSecond, Number = scene.Dice.Next(), Says = new Dictionary<Slot, string>(begun.Says!) { [Slot.Status] = "Success" } });
        return begun;
    }

    private static SimEvent Silence(Scene scene, TimeSpan length)
    {
        var last = scene.Audit(RecordKind.ProvisionUser, scene.At, scene.Cast.Administrator(scene.Dice), scene.Cast.Administrator(scene.Dice));
        scene.Audit(RecordKind.ProvisionUser, scene.At + length.Ticks, scene.Cast.Administrator(scene.Dice), scene.Cast.Administrator(scene.Dice));
        scene.Silence = (scene.At + 1, scene.At + length.Ticks - 1);
        return last;
    }
}
