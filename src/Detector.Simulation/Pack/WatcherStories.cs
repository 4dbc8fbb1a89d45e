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
            scene.Expect("diagnostic_settings_changed", "high", scene.Audit(RecordKind.Diagnostic, scene.At, scene.Cast.Administrator(scene.Dice), says: (Slot.Activity, "MICROSOFT.AADIAM/DIAGNOSTICSETTINGS/DELETE")))),
        PackStory.NearMiss("near_diagnostic_settings", "Another change in Azure, in the same log.", AttackMoment.WorkingHours, scene =>
            scene.Audit(RecordKind.Diagnostic, scene.At, scene.Cast.Administrator(scene.Dice), says: (Slot.Activity, "MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE"))),
    ];

    private static SimEvent Silence(Scene scene, TimeSpan length)
    {
        var last = scene.Audit(RecordKind.ProvisionUser, scene.At, scene.Cast.Administrator(scene.Dice), scene.Cast.Administrator(scene.Dice));
        scene.Audit(RecordKind.ProvisionUser, scene.At + length.Ticks, scene.Cast.Administrator(scene.Dice), scene.Cast.Administrator(scene.Dice));
        scene.Silence = (scene.At + 1, scene.At + length.Ticks - 1);
        return last;
    }
}
