using Detector.Simulation.Tenant;

namespace Detector.Simulation.Stories;

/// <summary>What happens on any day: at each call one story begins, with the rows that it leaves now and later.</summary>
internal sealed class OrdinaryLife
{
    private const int RecentMax = 8;
    private static readonly RecordKind[] s_changes = [RecordKind.UpdateUser, RecordKind.UpdateUser, RecordKind.GroupMember, RecordKind.GroupMember, RecordKind.ResetPassword, RecordKind.SecurityInfo, RecordKind.UpdateApplication, RecordKind.Policy, RecordKind.ProvisionUser];

    private readonly Dice _dice;
    private readonly int _users;
    private readonly int _admins;
    private readonly bool _isBenchmark;
    private readonly Func<long, bool>? _isSilent;
    private readonly List<int> _recentlyFailed = [];
    private readonly List<SimEvent> _rows = [];

    /// <summary>Life as the options want it. Where stories are told for every rule, they alone have activations, and tell when the audit log is silent.</summary>
    public OrdinaryLife(SimulationOptions options, Dice dice, Func<long, bool>? isSilent = null)
    {
        _isSilent = isSilent;
        _dice = dice;
        _users = options.Users;
        _admins = Math.Max(10, options.Users / 50);
        _isBenchmark = options.Profile == LifeProfile.Benchmark;
    }

    /// <summary>How much happens at a local time, relative to the middle of a working day.</summary>
    public static double Weight(DateTime local)
    {
        if (LocalClock.IsFree(local)) return local.Hour is >= 9 and < 23 ? 0.10 : 0.05;
        return local.Hour switch
        {
            < 6 => 0.06,
            6 => 0.15,
            7 => 0.45,
            12 => 0.8,
            < 17 => 1.0,
            17 => 0.6,
            < 22 => 0.2,
            _ => 0.1,
        };
    }

    /// <summary>The rows of a story that begins now; the first is at <paramref name="ticks"/>. Valid until the next call.</summary>
    public IReadOnlyList<SimEvent> Begin(long ticks)
    {
        _rows.Clear();
        if (_isBenchmark) BeginBenchmark(ticks);
        else BeginOffice(ticks);
        return _rows;
    }

    // Shares of records, so stories of several rows have the share divided by their mean number of rows.
    private void BeginBenchmark(long ticks)
    {
        const double failing = 0.095 / 1.1, signIns = 0.855, activations = 0.005, rest = 0.05 - activations * ActivationRows;
        var draw = _dice.Share() * (failing + signIns + activations + rest);
        if (draw < failing) Fail(ticks, _dice.Chance(0.7) ? RecordKind.SignIn : RecordKind.NonInteractive, _dice.Below(_users), repeat: 0.1);
        else if (draw < failing + signIns) BackgroundSignIn(ticks, interactive: 0.35);
        else if (draw < failing + signIns + activations) Activate(ticks, _recentlyFailed.Count > 0 && _dice.Chance(0.5) ? _recentlyFailed[_dice.Below(_recentlyFailed.Count)] : _dice.Below(_admins));
        else Change(ticks);
    }

    // Of the activations three in ten need approval (two rows more) and three in ten are ended by hand (one more).
    private const double ActivationRows = 5 + 0.3 * 2 + 0.3;

    private void BeginOffice(long ticks)
    {
        var local = LocalClock.Local(new DateTime(ticks, DateTimeKind.Utc));
        var isWorking = !LocalClock.IsFree(local) && !LocalClock.IsOffHours(local);
        // People sleep and programs do not; a few of the people have shifts.
        if (!isWorking && _dice.Chance(0.6))
        {
            AddSignIn(ticks, _dice.Chance(0.6) ? RecordKind.Service : RecordKind.Identity, People.Nobody);
            return;
        }

        var draw = _dice.Share();
        if (draw < 0.05 && _isSilent?.Invoke(ticks) != true) Change(ticks);
        else if (draw is >= 0.05 and < 0.06 && _isSilent is null) ActivateInShift(ticks, isWorking);
        else if (draw is >= 0.06 and < 0.09) PeopleMistype(ticks);
        else BackgroundSignIn(ticks, interactive: 0.33);
    }

    private void ActivateInShift(long ticks, bool isWorking)
    {
        // Tier 0 is rarely needed at night; the service desk has somebody there.
        if (isWorking) Activate(ticks, _dice.Below(_admins));
        else if (_dice.Chance(0.3)) Activate(ticks, _dice.Chance(0.05) ? 0 : 10 * _dice.Below(_admins / 10) + 5);
        else BackgroundSignIn(ticks, interactive: 0.1);
    }

    private void BackgroundSignIn(long ticks, double interactive)
    {
        var draw = _dice.Share();
        if (draw < 0.1) AddSignIn(ticks, RecordKind.Service, People.Nobody);
        else if (draw < 0.14) AddSignIn(ticks, RecordKind.Identity, People.Nobody);
        else if (draw < 0.14 + interactive && !_isBenchmark) SignInByHand(ticks);
        else AddSignIn(ticks, draw < 0.14 + interactive ? RecordKind.SignIn : RecordKind.NonInteractive, _dice.Below(_users));
    }

    private void SignInByHand(long ticks)
    {
        var user = _dice.Below(_users);
        var first = AddSignIn(ticks, RecordKind.SignIn, user);
        if (!_dice.Chance(0.15)) return;
        // The first row is the interrupt, the second the end of the same attempt.
        _rows[^1] = first with { Error = SignInErrors.KeepSignedIn + _dice.Below(4) };
        AddSignIn(ticks + _dice.Between(4, 40) * TimeSpan.TicksPerSecond, RecordKind.SignIn, user, attempt: first.Attempt);
    }

    private void PeopleMistype(long ticks)
    {
        var user = _dice.Below(_users);
        for (var tries = 1 + _dice.Below(3); tries > 0; tries--)
        {
            Fail(ticks, RecordKind.SignIn, user, repeat: 0.15);
            ticks += _dice.Between(10, 60) * TimeSpan.TicksPerSecond;
        }

        AddSignIn(ticks, RecordKind.SignIn, user);
    }

    private void Fail(long ticks, RecordKind kind, int user, double repeat)
    {
        var draw = _dice.Share();
        var error = draw < 0.86 ? SignInErrors.WrongPassword : draw < 0.92 ? SignInErrors.Locked : draw < 0.99 ? SignInErrors.MfaDenied : SignInErrors.Disabled;
        var first = AddSignIn(ticks, kind, user, error);
        if (_dice.Chance(repeat)) AddSignIn(ticks + _dice.Between(1, 3000) * TimeSpan.TicksPerMillisecond, kind, user, error, first.Attempt == 0 ? first.Number : first.Attempt);
        if (_recentlyFailed.Count == RecentMax) _recentlyFailed.RemoveAt(0);
        _recentlyFailed.Add(user);
    }

    private SimEvent AddSignIn(long ticks, RecordKind kind, int user, int error = 0, ulong? attempt = null)
    {
        var number = _dice.Next();
        // Some rows leave the attempt empty: they are attempts of their own.
        var own = !_isBenchmark && kind == RecordKind.NonInteractive && (number & 7) == 0 ? 0 : number;
        var row = new SimEvent { Kind = kind, Ticks = ticks, Number = number, User = user, Correlation = _dice.Next(), Attempt = attempt ?? own, Error = error };
        _rows.Add(row);
        return row;
    }

    private void Activate(long ticks, int user)
    {
        var tier = (user % 10) switch
        {
            0 or 1 => 0,
            2 or 3 or 4 => 1,
            _ => 2,
        };
        // The policy asks two people for tier 0; the benchmark has fewer, so that its share of activations is known.
        int[] approvers = !_dice.Chance(0.3) && (tier > 0 || _isBenchmark) ? [] : tier > 0 || _isBenchmark ? [(user + 1) % _admins] : [(user + 1) % _admins, (user + 2) % _admins];
        var rows = Activation.Rows(_dice, user, approvers, Activation.RoleOf(_dice, tier), ticks);
        // The story begins with the request.
        var shift = ticks - rows[0].Ticks;
        _rows.AddRange(rows.Select(row => row with { Ticks = row.Ticks + shift }));
    }

    private void Change(long ticks)
    {
        var kind = s_changes[_dice.Below(s_changes.Length)];
        var user = kind == RecordKind.SecurityInfo ? _dice.Below(_users) : _dice.Below(_admins);
        _rows.Add(new SimEvent { Kind = kind, Ticks = ticks, Number = _dice.Next(), User = user, Subject = kind == RecordKind.SecurityInfo ? user : _dice.Below(_users), Correlation = _dice.Next() });
    }
}
