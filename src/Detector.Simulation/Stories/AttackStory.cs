using Detector.Simulation.Tenant;

namespace Detector.Simulation.Stories;

/// <summary>Tells one attack: which rows it leaves, when.</summary>
internal sealed class AttackStory(Dice dice, SimulationOptions options, int user, DateTime time)
{
    private const int SprayedMax = 30;

    private readonly List<SimEvent> _rows = [];

    public PlantedAttack Tell(AttackKind kind)
    {
        var (who, isRenamed) = (user, false);
        switch (kind.Name)
        {
            case "break_glass_interactive":
                SignIn(who = BreakGlass(), RecordKind.SignIn);
                break;
            case "break_glass_non_interactive":
                SignIn(who = BreakGlass(), RecordKind.NonInteractive);
                break;
            case "break_glass_renamed":
                SignIn(who = BreakGlass(), RecordKind.NonInteractive, isRenamed = true);
                break;
            case "break_glass_failed":
                OneAttempt(who = BreakGlass(), 3, time.Ticks);
                break;
            case "break_glass_audit":
                who = BreakGlass();
                _rows.Add(Row(RecordKind.RoleAdded, time.Ticks) with { User = who, Subject = user, Role = Activation.RoleOf(dice, 0) });
                break;
            case "near_break_glass_name":
                SignIn(who = People.LookAlike, RecordKind.SignIn);
                break;
            default:
                Activate(kind.Name);
                break;
        }

        return new PlantedAttack(kind, who, time, _rows) { Renamed = isRenamed };
    }

    private void Activate(string kind)
    {
        var copies = -1;
        var isLong = false;
        switch (kind)
        {
            case "stolen_credential":
                Failures(3 + dice.Below(6), minutes: 40);
                break;
            case "near_one_failure":
                Failures(1, minutes: 20);
                break;
            case "near_window":
                Fail(user, time.Ticks - TimeSpan.TicksPerHour - 1);
                Fail(user, time.Ticks - TimeSpan.TicksPerHour);
                isLong = true;
                break;
            case "password_spray":
                Spray();
                break;
            case "near_interrupts":
                for (var i = 0; i < 6; i++) Fail(user, Before(30), SignInErrors.KeepSignedIn + i % 4);
                break;
            case "off_hours_tier_1":
                Failures(2, minutes: 15);
                break;
            case "late_failures":
                for (var i = 0; i < 2; i++) _rows.Add(Failure(user, Before(5)) with { DelayTicks = TimeSpan.FromMinutes(20).Ticks });
                break;
            case "near_one_attempt":
                OneAttempt(user, 5, time.Ticks - TimeSpan.FromMinutes(10).Ticks);
                break;
            case "near_other_user":
                for (var i = 0; i < 6; i++) Fail(user + 1, Before(30));
                break;
            case "near_tier_2":
                Failures(5, minutes: 45);
                break;
            case "tier_2_many_failures":
                Failures(6, minutes: 45);
                break;
            case "doubled_activation":
                copies = 2;
                break;
            default:
                break;
        }

        if (!isLong) SignIn(user, RecordKind.SignIn, at: time.Ticks - dice.Between(TimeSpan.TicksPerMinute, 2 * TimeSpan.TicksPerMinute));
        var tier = kind switch
        {
            "off_hours_tier_1" => 1,
            "near_tier_2" or "tier_2_many_failures" => 2,
            _ => 0,
        };
        var rows = Activation.Rows(dice, user, approvers: [], Activation.RoleOf(dice, tier), time.Ticks, isRefused: kind == "near_refused");
        // What the tests of lateness look at is the failures; the activation itself comes at its time.
        _rows.AddRange(rows.Select(row => row with { Foreign = true, DelayTicks = 0, Copies = row.Kind == RecordKind.Completed ? copies : 0 }));
    }

    private int BreakGlass() => dice.Chance(0.5) ? People.BreakGlass1 : People.BreakGlass2;

    private long Before(int minutes) => time.Ticks - dice.Between(2 * TimeSpan.TicksPerMinute + 1, minutes * TimeSpan.TicksPerMinute);

    private SimEvent Row(RecordKind kind, long ticks)
    {
        var number = dice.Next();
        return new SimEvent { Kind = kind, Ticks = ticks, Number = number, User = user, Correlation = dice.Next(), Attempt = number, Foreign = true };
    }

    private SimEvent Failure(int of, long ticks, int error = SignInErrors.WrongPassword) => Row(RecordKind.SignIn, ticks) with { User = of, Error = error };

    private void Fail(int of, long ticks, int error = SignInErrors.WrongPassword) => _rows.Add(Failure(of, ticks, error));

    private void Failures(int count, int minutes)
    {
        for (var i = 0; i < count; i++) Fail(user, Before(minutes), i < 3 ? SignInErrors.WrongPassword : 1 + dice.Below(3));
    }

    private void OneAttempt(int of, int rows, long from)
    {
        var first = Failure(of, from, SignInErrors.MfaDenied);
        for (var i = 0; i < rows; i++) _rows.Add(i == 0 ? first : Failure(of, from + i * TimeSpan.TicksPerSecond, SignInErrors.MfaDenied) with { Attempt = first.Attempt });
    }

    private void SignIn(int of, RecordKind kind, bool isRenamed = false, long? at = null) =>
        _rows.Add(Row(kind, at ?? time.Ticks) with { User = of, Renamed = isRenamed });

    private void Spray()
    {
        var start = time.Ticks - TimeSpan.FromMinutes(50).Ticks;
        var sprayed = Math.Min(SprayedMax, options.Users);
        for (var i = 0; i < sprayed; i++)
        {
            start += dice.Between(TimeSpan.TicksPerSecond, 30 * TimeSpan.TicksPerSecond);
            Fail(dice.Below(options.Users), start);
        }

        // The second round finds the password of one after two tries.
        Fail(user, start + 30 * TimeSpan.TicksPerSecond);
        Fail(user, start + TimeSpan.TicksPerMinute);
    }
}
