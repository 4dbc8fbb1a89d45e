using Detector.Simulation.Pack;
using Detector.Simulation.Records;
using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;
using Detector.Simulation.Truth;

namespace Detector.Simulation;

/// <summary>
/// A synthetic tenant over days: daily life with planted attacks in it, written as Entra's logs, with the truth about
/// what should alert. Streams: memory does not grow with the number of records.
/// </summary>
public sealed class TenantSimulation
{
    /// <summary>So many rows of stories that go on are kept; beyond that the ends of activations are not told.</summary>
    private const int ScheduledMax = 65_536;

    private readonly SimulationOptions _options;
    private readonly Dice _dice;
    private readonly OrdinaryLife _life;
    private readonly TruthLedger _truth;
    private readonly RecordOutput _output;
    private readonly Arrivals _arrivals;
    private readonly PriorityQueue<SimEvent, (long Ticks, long Order)> _scheduled = new();
    private readonly Queue<PlantedAttack> _attacks;
    private readonly int _planted;
    private readonly long _start;
    private readonly long _end;
    private readonly long _records;
    private readonly CancellationToken _cancellation;
    private long _order;
    private long _given;

    // Rows beyond the first of each story, that the coming turns of daily life make room for.
    private long _owed;
    private long _signIns;
    private long _failures;

    private TenantSimulation(SimulationOptions options, Stream records, TextWriter? truth, CancellationToken cancellation)
    {
        _options = options;
        _cancellation = cancellation;
        _dice = new Dice(Mixing.Mix(options.Seed, 0x11FE));
        var pack = options.PlantsEveryRule ? new PackPlan(options) : null;
        _life = new OrdinaryLife(options, _dice, pack is null ? null : pack.IsSilent);
        _truth = new TruthLedger(options.Seed, truth);
        var isCsv = options.Layout == RecordLayout.Csv;
        var templates = new TemplateSet(options, new SlotWriter(options.Seed, options.Profile, new Texts(options.Json, isCsv)));
        _output = new RecordOutput(records, templates, options);
        _arrivals = new Arrivals(options, _output);
        _attacks = new Queue<PlantedAttack>(pack?.Attacks ?? new AttackPlan(options).Make());
        _planted = _attacks.Count;
        _start = options.Start.Ticks;
        _end = options.Start.AddDays(options.Days).Ticks;
        _records = options.Bytes is { } bytes ? (long)(bytes / MeanBytes(templates, options.Profile)) : options.Records;
        foreach (var row in pack?.Background() ?? []) Schedule(row);
    }

    /// <summary>Writes the records, and the truth when asked for.</summary>
    /// <param name="options">What to simulate; see <see cref="SimulationOptions.Problems"/>.</param>
    /// <param name="records">Takes the records. It is flushed, not closed.</param>
    /// <param name="truth">Takes a JSON line for each attack, near miss, and alert that daily life causes.</param>
    /// <param name="cancellation">Ends it, with what was written so far.</param>
    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    public static SimulationSummary Generate(SimulationOptions options, Stream records, TextWriter? truth, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(records);
        if (options.Problems() is [var problem, ..]) throw new ArgumentException(problem, nameof(options));
        return new TenantSimulation(options, records, truth, cancellation).Run();
    }

    /// <summary>
    /// The <c>tenant.yaml</c> under which the truth holds: the tiers of accounts, the privileged workstations and the approvers
    /// of the stories. Empty unless attacks for every rule are planted.
    /// </summary>
    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    public static string TenantFile(SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems() is [var problem, ..]) throw new ArgumentException(problem, nameof(options));
        return options.PlantsEveryRule ? TenantDescription.Of(new PackPlan(options)) : "";
    }

    // Of the records that matter for the size of the whole.
    private static double MeanBytes(TemplateSet templates, LifeProfile profile)
    {
        var (byHand, byProgram, service, audit) = profile == LifeProfile.Benchmark ? (0.365, 0.468, 0.117, 0.05) : (0.3, 0.42, 0.16, 0.12);
        return byHand * templates.MeanBytes(RecordKind.SignIn) + byProgram * templates.MeanBytes(RecordKind.NonInteractive)
            + service * templates.MeanBytes(RecordKind.Service) + audit * templates.MeanBytes(RecordKind.UpdateUser);
    }

    private SimulationSummary Run()
    {
        var weight = Minutes().Sum(minute => minute.Weight);
        var (done, turns) = (0.0, 0L);
        foreach (var (minute, share) in Minutes())
        {
            _cancellation.ThrowIfCancellationRequested();
            Plant(minute + TimeSpan.TicksPerMinute);
            done += share;
            var until = (long)Math.Round(_records * (done / weight));
            var count = until - turns;
            for (long i = 0; i < count; i++) Turn(minute + (long)((i + _dice.Share()) / count * TimeSpan.TicksPerMinute));
            turns = until;
        }

        Drain(_end - 1);
        // What was dropped beyond the end is made up by single sign-ins at its last tick.
        for (var i = 0; _given < _records; i++) Give(Filler(_end - 1, i));
        _truth.Advance(long.MaxValue);
        _arrivals.Complete();
        return new SimulationSummary(_output.Records, _output.Bytes, _signIns, _failures, _truth.Activations, _arrivals.Late, _arrivals.Copies, _planted, _truth.Alerts);
    }

    private IEnumerable<(long Ticks, double Weight)> Minutes()
    {
        for (var ticks = _start; ticks < _end; ticks += TimeSpan.TicksPerMinute)
            yield return (ticks, OrdinaryLife.Weight(LocalClock.Local(new DateTime(ticks, DateTimeKind.Utc))));
    }

    private void Plant(long before)
    {
        while (_attacks.TryPeek(out var attack) && attack.Rows[0].Ticks < before)
        {
            _attacks.Dequeue();
            _truth.Open(attack);
            foreach (var row in attack.Rows) Schedule(row);
        }
    }

    // One record's worth of daily life: a new story, or room for a row of one that goes on.
    private void Turn(long ticks)
    {
        Drain(ticks);
        if (_owed > 0)
        {
            _owed--;
            return;
        }

        var rows = _life.Begin(ticks);
        _owed--;
        foreach (var row in rows) Schedule(row);
        Drain(ticks);
    }

    private void Schedule(SimEvent row)
    {
        if (row.Ticks >= _end || (_scheduled.Count >= ScheduledMax && row.Kind is RecordKind.Expired or RecordKind.RoleRemovedByPim)) return;
        _scheduled.Enqueue(row, (row.Ticks, _order++));
        _owed++;
    }

    private void Drain(long ticks)
    {
        while (_scheduled.TryPeek(out var row, out var at) && at.Ticks <= ticks)
        {
            _scheduled.Dequeue();
            Give(row);
        }
    }

    private void Give(SimEvent e)
    {
        _truth.Observe(e);
        var records = _arrivals.Take(e);
        _owed += records - 1;
        _given += records;
        if (e.IsSignIn) _signIns++;
        if (e.IsCredentialFailure) _failures++;
    }

    private SimEvent Filler(long ticks, int index)
    {
        var number = Mixing.Mix(_options.Seed, 0xF111_0000_0000UL + (ulong)index);
        return new SimEvent { Kind = RecordKind.NonInteractive, Ticks = ticks, Number = number, Attempt = number, User = index % _options.Users, Correlation = 1 + (ulong)index, DelayTicks = 0, Copies = 0 };
    }
}
