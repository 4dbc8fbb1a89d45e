using Detector.Simulation.Records;
using Detector.Simulation.Stories;

namespace Detector.Simulation;

/// <summary>
/// From the order in which things happen to the order in which their records arrive: some are late, some come twice.
/// A record that is late by d is written before the first record of an event more than d later.
/// </summary>
internal sealed class Arrivals(SimulationOptions options, RecordOutput output)
{
    /// <summary>So many records are held back at most; beyond that the one that is due first comes early.</summary>
    public const int HeldMax = 65_536;

    private static readonly long s_copyWithin = TimeSpan.FromMinutes(10).Ticks;

    private readonly PriorityQueue<SimEvent, (long Ticks, long Order)> _held = new();
    private long _order;

    public long Late { get; private set; }

    public long Copies { get; private set; }

    /// <summary>Takes the next event; returns how many records it will give.</summary>
    public int Take(SimEvent e)
    {
        while (_held.TryPeek(out var due, out var at) && at.Ticks < e.Ticks)
        {
            _held.Dequeue();
            output.Write(due);
        }

        var delay = e.DelayTicks >= 0 ? e.DelayTicks : Chance(e, 0xDE1A, options.LateShare) ? 1 + (long)(Share(e, 0xDE1B) * (options.LateMax.Ticks - 1)) : 0;
        var copies = e.Copies >= 0 ? e.Copies : Chance(e, 0xC091, options.DuplicateShare) ? 1 : 0;
        if (delay == 0) output.Write(e);
        else
        {
            Late++;
            Hold(e, delay);
        }

        // A copy comes with its original or within minutes, and never later than what still counts.
        for (var i = 0; i < copies; i++) Hold(e, Math.Min(options.LateMax.Ticks, delay + (long)(Share(e, 0xC100UL + (ulong)i) * s_copyWithin)));
        Copies += copies;
        return 1 + copies;
    }

    public void Complete()
    {
        while (_held.TryDequeue(out var due, out _)) output.Write(due);
        output.Complete();
    }

    private static double Share(SimEvent e, ulong salt) => (Mixing.Mix(e.Number, salt) >> 11) * (1.0 / (1UL << 53));

    private static bool Chance(SimEvent e, ulong salt, double share) => Share(e, salt) < share;

    private void Hold(SimEvent e, long delay)
    {
        if (_held.Count == HeldMax) output.Write(_held.Dequeue());
        _held.Enqueue(e, (e.Ticks + delay, _order++));
    }
}
