using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Truth;

/// <summary>
/// Watches all events in order of their time, before any is late or doubled, and says which alerts they should give:
/// the scores of the shipped rules, worked out again in a few plain lines.
/// </summary>
internal sealed class TruthLedger(ulong seed, TextWriter? output)
{
    private const int AlertFrom = 40, CriticalFrom = 70;

    private readonly Dictionary<int, List<SimEvent>> _failures = [];
    private readonly Queue<SimEvent> _completed = new();
    private readonly PriorityQueue<PlantedAttack, (long Ticks, long Order)> _open = new();
    private readonly HashSet<ulong> _breakGlassAttempts = [];
    private readonly TruthWriter? _writer = output is null ? null : new TruthWriter(seed, output);
    private long _swept;
    private long _planted;

    public long Activations { get; private set; }

    public long Alerts { get; private set; }

    /// <summary>An attack whose rows are about to come.</summary>
    public void Open(PlantedAttack attack)
    {
        _open.Enqueue(attack, (attack.Time.Ticks + TimeSpan.TicksPerMinute, _planted++));
        Alerts += attack.Expected.Count;
    }

    /// <summary>Takes the next event; none is earlier than the one before.</summary>
    public void Observe(SimEvent e)
    {
        Advance(e.Ticks);
        if (e.Attack is { IsDeclared: true })
        {
            if (e.Kind == RecordKind.Completed && !e.Failed) Activations++;
            return;
        }

        if (e.IsCredentialFailure)
        {
            if (!_failures.TryGetValue(e.User, out var rows)) _failures.Add(e.User, rows = []);
            rows.Add(e);
        }

        if (e.Kind == RecordKind.Completed && !e.Failed) _completed.Enqueue(e);
        if (e is { User: People.BreakGlass1 or People.BreakGlass2, Attack: { } attack }) TakeBreakGlass(e, attack);
    }

    /// <summary>Nothing earlier than this will come: settles what that decides.</summary>
    public void Advance(long ticks)
    {
        while (_completed.TryPeek(out var activation) && activation.Ticks < ticks) Settle(_completed.Dequeue());
        while (_open.TryPeek(out var attack, out var due) && due.Ticks < ticks)
        {
            _writer?.Write(attack);
            _open.Dequeue();
        }

        if (ticks - _swept < TimeSpan.TicksPerHour) return;
        _swept = ticks;
        foreach (var (user, rows) in _failures)
        {
            if (rows[^1].Ticks < ticks - 2 * TimeSpan.TicksPerHour) _failures.Remove(user);
        }
    }

    private void TakeBreakGlass(SimEvent e, PlantedAttack attack)
    {
        if (e.IsSignIn && !_breakGlassAttempts.Add(AttemptOf(e))) return;
        var (rule, subject) = e.IsSignIn ? ("break_glass_sign_in", Mixing.Uuid(AttemptOf(e))) : ("break_glass_audit_activity", e.RecordId);
        attack.Expected.Add(new ExpectedAlert(rule, subject, null, "critical", [], [e.RecordId]));
        Alerts++;
    }

    private void Settle(SimEvent activation)
    {
        Activations++;
        var local = LocalClock.Local(activation.Time);
        var counted = Counted(activation);
        (string Id, int Points)[] factors =
        [
            ("tier", Roles.All[activation.Role].Tier == 0 ? 30 : 10),
            ("off_hours", LocalClock.IsOffHours(local) ? 20 : 0),
            ("weekend", LocalClock.IsFree(local) ? 15 : 0),
            ("failures", 5 * counted.Count),
        ];
        var score = factors.Sum(factor => factor.Points);
        if (score < AlertFrom) return;
        Alerts++;
        var alert = new ExpectedAlert(
            "pim_activation_risk", Mixing.Uuid(activation.Request), score, score >= CriticalFrom ? "critical" : "high",
            [.. factors.Where(factor => factor.Points > 0)], [activation.RecordId, .. counted]);
        if (activation.Attack is { } attack) attack.Expected.Add(alert);
        else _writer?.WriteOrdinary(activation, alert);
    }

    // One row for each attempt in [t - 1 h, t], both ends in: its earliest.
    private List<string> Counted(SimEvent activation)
    {
        if (!_failures.TryGetValue(activation.User, out var rows)) return [];
        rows.RemoveAll(row => row.Ticks < activation.Ticks - 2 * TimeSpan.TicksPerHour);
        var attempts = new HashSet<ulong>();
        var ids = rows.Where(row => row.Ticks >= activation.Ticks - TimeSpan.TicksPerHour && row.Ticks <= activation.Ticks && attempts.Add(AttemptOf(row))).Select(row => row.RecordId).ToList();
        if (rows.Count == 0) _failures.Remove(activation.User);
        return ids;
    }

    private static ulong AttemptOf(SimEvent e) => e.Attempt == 0 ? e.Number : e.Attempt;
}
