using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Pack;

/// <summary>
/// Chooses moments for all stories so that none explains the alerts of another: tier 0 activations of different stories lie
/// apart, emergency accounts rest between theirs, and where the audit log is silent nothing else is told.
/// </summary>
internal sealed class PackPlan
{
    private const int DrawsMax = 2000;

    private static readonly TimeSpan s_apart = TimeSpan.FromMinutes(20), s_rest = TimeSpan.FromHours(30), s_sameAccount = TimeSpan.FromHours(26);

    private readonly SimulationOptions _options;
    private readonly Dice _dice;
    private readonly Cast _cast;
    private readonly List<(int User, int Role, long Ticks)> _activations = [];
    private readonly List<(int Account, long From, long Until)> _emergencies = [];
    private readonly List<(long From, long Until)> _silences = [];
    private readonly List<Person> _people = [];
    private readonly List<PlantedAttack> _attacks = [];

    public PackPlan(SimulationOptions options)
    {
        _options = options;
        _dice = new Dice(Mixing.Mix(options.Seed, 0x9AC4));
        _cast = new Cast(options);
        _people.AddRange([.. _cast.Approvers, _cast.Ciso]);
        Plant(PackStories.Opening, options.Start.AddHours(10));
        foreach (var story in PackStories.All.Where(story => options.HasActivityLog || !PackStories.NeedsActivityLog(story))) Plant(story);
        foreach (var story in DailyWork.Of(_cast)) Plant(story);
        _attacks.Sort((left, right) => left.Rows[0].Ticks.CompareTo(right.Rows[0].Ticks));
    }

    /// <summary>By the time of their first row.</summary>
    public IReadOnlyList<PlantedAttack> Attacks => _attacks;

    /// <summary>Whom the description of the tenant names.</summary>
    public IReadOnlyList<Person> People => _people;

    public Cast Cast => _cast;

    /// <summary>Whether the audit log is silent then.</summary>
    public bool IsSilent(long ticks) => _silences.Exists(silence => ticks >= silence.From && ticks <= silence.Until);

    /// <summary>What goes on beside the stories.</summary>
    public IEnumerable<SimEvent> Background() => Pack.Background.Rows(_options, _dice).Where(row => !IsSilent(row.Ticks));

    private void Plant(PackStory story)
    {
        for (var draw = 0; draw < DrawsMax; draw++)
        {
            if (Moments.Draw(_dice, _options, story.Kind.Moment) is { } time && Plant(story, time)) return;
        }

        throw new InvalidOperationException($"The story '{story.Kind.Name}' finds no moment in the period; take more days.");
    }

    private bool Plant(PackStory story, DateTime time)
    {
        if (story.AfterWarmUp && time < _options.Start + Scene.WarmUpEnds + TimeSpan.FromDays(1)) return false;
        if (story.InWarmUp && time >= _options.Start.AddDays(13)) return false;
        if (time + story.Aftermath >= _options.Start.AddDays(_options.Days)) return false;
        var scene = new Scene(_options, _dice, _cast, time);
        story.Tell(scene);
        if (!Fits(scene)) return false;
        var attack = new PlantedAttack(story.Kind, scene.Rows[0].User, time, scene.Rows) { IsDeclared = true }.Own();
        attack.Expected.AddRange(scene.Expected);
        _attacks.Add(attack);
        _people.AddRange(scene.People);
        _activations.AddRange(Activations(scene));
        _emergencies.AddRange(Emergencies(scene));
        if (scene.Silence is { } silence) _silences.Add(silence);
        return true;
    }

    private bool Fits(Scene scene)
    {
        var (start, end) = (_options.Start.Ticks + TimeSpan.TicksPerMinute, _options.Start.AddDays(_options.Days).Ticks - TimeSpan.TicksPerMinute);
        var (learned, known) = ((_options.Start + Scene.WarmUp).Ticks - TimeSpan.FromHours(12).Ticks, (_options.Start + Scene.WarmUpEnds).Ticks);
        foreach (var row in scene.Rows)
        {
            if (row.Ticks < start || row.Ticks >= end) return false;
            if (row.Kind is RecordKind.SignIn or RecordKind.Completed && row.Ticks > learned && row.Ticks < known) return false;
            if (!row.IsSignIn && IsSilent(row.Ticks)) return false;
        }

        // What an absence needs to be told is that the records go on.
        if (scene.Silence is { } own && (own.Until >= end || _silences.Exists(other => own.From <= other.Until + TimeSpan.TicksPerDay && other.From <= own.Until + TimeSpan.TicksPerDay) || _attacks.Exists(attack => attack.Rows.Any(row => !row.IsSignIn && row.Ticks >= own.From && row.Ticks <= own.Until)))) return false;
        foreach (var (user, role, ticks) in Activations(scene))
        {
            var isTier0 = Roles.All[role].Tier == 0;
            if (_activations.Exists(other => Math.Abs(ticks - other.Ticks) < (other.User == user ? s_sameAccount.Ticks : isTier0 && Roles.All[other.Role].Tier == 0 ? s_apart.Ticks : 0))) return false;
        }

        return !Emergencies(scene).Any(own => _emergencies.Exists(other => other.Account == own.Account && own.From < other.Until + s_rest.Ticks && other.From < own.Until + s_rest.Ticks));
    }

    private static IEnumerable<(int User, int Role, long Ticks)> Activations(Scene scene) =>
        scene.Rows.Where(row => row is { Kind: RecordKind.Completed, Failed: false }).Select(row => (row.User, row.Role, row.Ticks));

    private static IEnumerable<(int Account, long From, long Until)> Emergencies(Scene scene) =>
        from row in scene.Rows
        from account in new[] { row.User, row.Subject ?? 0 }
        where account < 0
        group row.Ticks by account into rows
        select (rows.Key, rows.Min(), rows.Max());
}
