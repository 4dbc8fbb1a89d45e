using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Pack;

/// <summary>Draws moments of a kind.</summary>
internal static class Moments
{
    /// <summary>An instant on a day of the period, or null where that day is none of the kind.</summary>
    public static DateTime? Draw(Dice dice, SimulationOptions options, AttackMoment moment)
    {
        var day = LocalClock.Local(options.Start).Date.AddDays(1 + dice.Below(options.Days - 2));
        var isWeekend = day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        if (moment == AttackMoment.Weekend ? !isWeekend : LocalClock.IsFree(day)) return null;
        var local = day + moment switch
        {
            AttackMoment.WorkdayNight => Between(3.5, 6),
            AttackMoment.WorkdayEarly => TimeSpan.FromHours(7.5),
            AttackMoment.ClosingTick => TimeSpan.FromTicks(TimeSpan.FromHours(18).Ticks - 1),
            AttackMoment.ClosingTime => TimeSpan.FromHours(18),
            _ => Between(9.5, 17),
        };
        return LocalClock.Utc(local);

        TimeSpan Between(double from, double until) => TimeSpan.FromTicks(dice.Between(TimeSpan.FromHours(from).Ticks, TimeSpan.FromHours(until).Ticks));
    }
}
