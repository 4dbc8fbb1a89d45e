using Detector.Simulation.Records;
using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Pack;

/// <summary>What the audit log of any tenant says night and day, and what must alert nobody.</summary>
internal static class Background
{
    private static readonly TimeSpan s_provisioning = TimeSpan.FromHours(5), s_report = TimeSpan.FromMinutes(130), s_pimAlert = TimeSpan.FromDays(7);

    /// <summary>All of it over the period.</summary>
    public static IEnumerable<SimEvent> Rows(SimulationOptions options, Dice dice) =>
    [
        // A real audit log is never silent for long.
        .. Every(options, dice, s_provisioning, ticks => Row(dice, RecordKind.ProvisionUser, ticks, dice.Below(10)) with { Subject = dice.Below(options.Users) }),

        // Emergency accounts hold their role permanently, which PIM reports in the name of whoever once gave it.
        .. Every(options, dice, s_report, ticks => Standing(dice, ticks, 0, People.BreakGlass1)),
        .. Every(options, dice, s_report, ticks => Standing(dice, ticks, People.BreakGlass1, People.BreakGlass2)),
        .. Every(options, dice, s_pimAlert, ticks => Pim(dice, ticks, 0, People.BreakGlass2, "Refresh PIM alert", "RefreshAlert", "RefreshAlert")),
    ];

    private static IEnumerable<SimEvent> Every(SimulationOptions options, Dice dice, TimeSpan period, Func<long, SimEvent> row)
    {
        var end = options.Start.AddDays(options.Days).Ticks;
        for (var ticks = options.Start.Ticks + dice.Between(0, period.Ticks); ticks < end; ticks += period.Ticks - dice.Between(0, period.Ticks / 6)) yield return row(ticks);
    }

    private static SimEvent Standing(Dice dice, long ticks, int giver, int holder) =>
        Pim(dice, ticks, giver, holder, "Add member to role outside of PIM (permanent)", "AssignPermanentRole", "RoleElevatedOutsidePimAlert");

    private static SimEvent Pim(Dice dice, long ticks, int actor, int subject, string activity, string operationType, string auditType) => Row(dice, RecordKind.Requested, ticks, actor) with
    {
        Subject = subject,
        Request = dice.Next(),
        Role = Roles.Global,
        Variant = 0,
        Says = new Dictionary<Slot, string> { [Slot.Activity] = activity, [Slot.OperationType] = operationType, [Slot.AuditType] = auditType },
    };

    private static SimEvent Row(Dice dice, RecordKind kind, long ticks, int actor) =>
        new() { Kind = kind, Ticks = ticks, Number = dice.Next(), User = actor, Correlation = dice.Next() };
}
