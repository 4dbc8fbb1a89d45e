using Detector.Simulation.Tenant;

namespace Detector.Simulation.Stories;

/// <summary>Chooses time and people of the attacks to plant.</summary>
internal sealed class AttackPlan(SimulationOptions options)
{
    private const int DrawsMax = 400;
    private static readonly TimeSpan s_before = TimeSpan.FromMinutes(80), s_after = TimeSpan.FromMinutes(2);

    private readonly Dice _dice = new(Mixing.Mix(options.Seed, 0xA77AC4));

    /// <summary>
    /// The attacks, by the time of their first row. Kinds take turns; one that has no moment in the period (a holiday
    /// in a week without any) is left out, and the next takes its turn.
    /// </summary>
    public List<PlantedAttack> Make()
    {
        var attacks = new List<PlantedAttack>(options.Attacks);
        for (int turn = 0, missed = 0; attacks.Count < options.Attacks && missed < AttackKinds.All.Length; turn++)
        {
            var kind = AttackKinds.All[turn % AttackKinds.All.Length];
            if (Moment(kind.Moment) is not { } time)
            {
                missed++;
                continue;
            }

            missed = 0;
            // Accounts of their own, two each, so that daily life does not add to what is planted.
            var story = new AttackStory(_dice, options, options.Users + 2 * attacks.Count, time);
            attacks.Add(story.Tell(kind).Own());
        }

        attacks.Sort((left, right) => left.Rows[0].Ticks.CompareTo(right.Rows[0].Ticks));
        return attacks;
    }

    private DateTime? Moment(AttackMoment moment)
    {
        for (var draw = 0; draw < DrawsMax; draw++)
        {
            var day = LocalClock.Local(options.Start).Date.AddDays(_dice.Below(options.Days + 1));
            var isRightDay = moment switch
            {
                AttackMoment.Weekend => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday && !LocalClock.IsHoliday(day),
                AttackMoment.Holiday => LocalClock.IsHoliday(day) && day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday),
                _ => !LocalClock.IsFree(day),
            };
            if (!isRightDay) continue;
            var local = day + moment switch
            {
                // Not between 02:00 and 03:00, which summer time leaves out; weekends have daylight only.
                AttackMoment.WorkdayNight => TimeSpan.FromTicks(_dice.Between(TimeSpan.FromHours(3.5).Ticks, TimeSpan.FromHours(6).Ticks)),
                AttackMoment.WorkdayEarly => TimeSpan.FromHours(7.5),
                AttackMoment.ClosingTick => TimeSpan.FromTicks(TimeSpan.FromHours(18).Ticks - 1),
                AttackMoment.ClosingTime => TimeSpan.FromHours(18),
                _ => TimeSpan.FromTicks(_dice.Between(TimeSpan.FromHours(9.5).Ticks, TimeSpan.FromHours(17).Ticks)),
            };
            var time = LocalClock.Utc(local);
            if (time - s_before >= options.Start && time + s_after < options.Start.AddDays(options.Days)) return time;
        }

        return null;
    }
}
