using System.Collections.Immutable;

namespace Detector.Simulation.Stories;

/// <summary>When an attack happens.</summary>
internal enum AttackMoment
{
    WorkingHours, WorkdayNight, WorkdayEarly, ClosingTick, ClosingTime, Weekend, Holiday,
}

/// <summary>A kind of attack, or of what only looks like one.</summary>
/// <param name="Name">Its name in the truth.</param>
/// <param name="Description">What happens, and why it alerts or does not.</param>
/// <param name="IsNearMiss">It must not alert.</param>
/// <param name="Moment">When.</param>
internal sealed record AttackKind(string Name, string Description, bool IsNearMiss, AttackMoment Moment);

/// <summary>All kinds, in the order in which they are planted.</summary>
internal static class AttackKinds
{
    public static readonly ImmutableArray<AttackKind> All =
    [
        new("stolen_credential", "Several wrong passwords, then a sign-in and a tier 0 activation at night.", false, AttackMoment.WorkdayNight),
        new("near_one_failure", "A tier 0 activation in working hours after one failed sign-in: 35 points.", true, AttackMoment.WorkingHours),
        new("break_glass_interactive", "An emergency account signs in.", false, AttackMoment.WorkdayNight),
        new("weekend_tier_0", "A tier 0 activation at a weekend, in daylight.", false, AttackMoment.Weekend),
        new("near_window", "One failed sign-in 1 h and a tick before a tier 0 activation, one exactly 1 h before: only the second counts, 35 points.", true, AttackMoment.WorkingHours),
        new("password_spray", "One wrong password each at many accounts from one address; the one that gives in activates a tier 0 role in working hours: exactly 40 points.", false, AttackMoment.WorkingHours),
        new("break_glass_audit", "An emergency account adds a member to a role; its sign-in is not in the logs.", false, AttackMoment.WorkingHours),
        new("near_interrupts", "Sign-ins that were only interrupted, then a tier 0 activation in working hours: 30 points.", true, AttackMoment.WorkingHours),
        new("off_hours_tier_1", "A tier 1 activation at night after two failed sign-ins: exactly 40 points.", false, AttackMoment.WorkdayNight),
        new("late_failures", "A tier 0 activation in working hours; its two failed sign-ins arrive 20 minutes after it.", false, AttackMoment.WorkingHours),
        new("break_glass_renamed", "A renamed emergency account signs in without interaction: only the object id tells.", false, AttackMoment.WorkingHours),
        new("near_one_attempt", "Five rows of one failed attempt, then a tier 0 activation in working hours: 35 points.", true, AttackMoment.WorkingHours),
        new("doubled_activation", "A tier 0 activation at night whose completed row arrives three times: one alert.", false, AttackMoment.WorkdayNight),
        new("break_glass_failed", "A failed sign-in of an emergency account in three rows of one attempt: one alert.", false, AttackMoment.Weekend),
        new("near_other_user", "Failed sign-ins of somebody else, then a tier 0 activation in working hours: 30 points.", true, AttackMoment.WorkingHours),
        new("early_morning", "A tier 0 activation at 07:30 of a working day.", false, AttackMoment.WorkdayEarly),
        new("near_closing_tick", "A tier 0 activation a tick before 18:00: 30 points.", true, AttackMoment.ClosingTick),
        new("closing_time", "A tier 0 activation at 18:00 exactly: 50 points.", false, AttackMoment.ClosingTime),
        new("near_refused", "A tier 0 activation at night that PIM refuses.", true, AttackMoment.WorkdayNight),
        new("holiday_tier_0", "A tier 0 activation on a public holiday, in daylight.", false, AttackMoment.Holiday),
        new("break_glass_non_interactive", "A token of an emergency account is used without interaction.", false, AttackMoment.WorkdayNight),
        new("near_tier_2", "Five failed sign-ins, then a tier 2 activation in working hours: 35 points.", true, AttackMoment.WorkingHours),
        new("tier_2_many_failures", "Six failed sign-ins, then a tier 2 activation in working hours: exactly 40 points.", false, AttackMoment.WorkingHours),
        new("near_break_glass_name", "An account that is called almost like an emergency account signs in.", true, AttackMoment.WorkdayNight),
    ];
}
