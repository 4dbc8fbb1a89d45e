using Detector.Engine.Logs;
using Detector.Engine.Pipeline;

namespace Detector.Sources.Files;

/// <summary>
/// The threads that read. The thread that consumes is one of them: while what it waits for is not ready, it reads a
/// block itself, so that N workers are N threads in all and a small input needs no other thread. How far reading runs
/// ahead is bounded, and what is handed out does not depend on which thread read it.
/// </summary>
internal sealed class Crew : IDisposable
{
    private readonly object _gate = new();
    private readonly List<Lane> _lanes = [];
    private readonly DetectionPlan _plan;
    private readonly int _blockBytes;
    private readonly Worker _caller;
    private readonly List<Thread> _threads = [];
    private Lane? _wanted;
    private int _turn;
    private bool _isStopping;

    public Crew(DetectionPlan plan, int blockBytes)
    {
        _plan = plan;
        _blockBytes = blockBytes;
        _caller = new Worker(plan, blockBytes);
    }

    /// <summary>Starts threads beside the caller's.</summary>
    public void Start(int count)
    {
        for (var i = _threads.Count; i < count; i++)
        {
            var thread = new Thread(Run) { IsBackground = true, Name = $"reader {i + 1}" };
            _threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>From now on blocks of the lane are read ahead.</summary>
    public void Add(Lane lane)
    {
        lock (_gate)
        {
            _lanes.Add(lane);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The next block of a lane, or null when it has ended; then the lane is closed.</summary>
    /// <exception cref="InputException">The input could not be read on.</exception>
    public EventBatch? Next(Lane lane, CancellationToken cancellation)
    {
        using var wake = cancellation.CanBeCanceled ? cancellation.UnsafeRegister(static gate => PulseAll(gate!), _gate) : default;
        lock (_gate)
        {
            _wanted = lane;
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                if (lane.Take() is { } batch)
                {
                    Monitor.PulseAll(_gate);
                    return batch;
                }

                if (lane.TakeFault() is { } fault) throw Told(lane, fault);
                if (lane.IsDone)
                {
                    _lanes.Remove(lane);
                    lane.Dispose();
                    return null;
                }

                if (!TryClaim(isCaller: true, out var work, out var index)) Monitor.Wait(_gate);
                else Do(_caller, work, index);
            }
        }
    }

    /// <summary>Takes a batch back when nobody looks at it any more.</summary>
    public void Return(Lane lane, EventBatch batch)
    {
        lock (_gate) lane.ReturnBatch(batch);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }

        // A thread that waits for a pipe cannot be woken; it ends with the process.
        var mayBlock = _lanes.Exists(lane => lane.Source.MayBlock);
        foreach (var thread in _threads)
        {
            if (!mayBlock) thread.Join();
        }

        if (mayBlock) return;
        foreach (var lane in _lanes) lane.Dispose();
    }

    private static void PulseAll(object gate)
    {
        lock (gate) Monitor.PulseAll(gate);
    }

    private static Exception Told(Lane lane, Exception fault)
    {
        if (fault is InputException) return fault;
        if (fault is IOException or UnauthorizedAccessException) return InputList.Unreadable(lane.Source.Name, fault);
        return new InvalidOperationException($"{lane.Source.Name}: reading failed: {fault.Message}", fault);
    }

    private void Run()
    {
        var worker = new Worker(_plan, _blockBytes);
        lock (_gate)
        {
            while (!_isStopping)
            {
                if (!TryClaim(isCaller: false, out var work, out var index)) Monitor.Wait(_gate);
                else Do(worker, work, index);
            }
        }
    }

    // What the caller waits for goes first; after that the lanes take turns.
    private bool TryClaim(bool isCaller, out Lane work, out long index)
    {
        work = null!;
        if (_wanted is { CanClaim: true } wanted && MayTake(wanted, isCaller)) work = wanted;
        for (var i = 0; work is null && i < _lanes.Count; i++)
        {
            var lane = _lanes[(int)((uint)_turn++ % (uint)_lanes.Count)];
            if (lane.CanClaim && MayTake(lane, isCaller)) work = lane;
        }

        index = work?.Claim() ?? 0;
        return work is not null;
    }

    // The caller must stay free to see a cancellation.
    private static bool MayTake(Lane lane, bool isCaller) => !(isCaller && lane.Source.MayBlock);

    // Called and left with the lock held; not held during the work.
    private void Do(Worker worker, Lane lane, long index)
    {
        var batch = lane.RentBatch();
        long lineEnds = 0;
        Exception? fault = null;
        var isFilled = false;
        Monitor.Exit(_gate);
        try
        {
            isFilled = lane.Source.Fill(index, worker.Block);
            if (!lane.Source.IsParallel)
            {
                lock (_gate)
                {
                    lane.Settle(isFilled);
                    Monitor.PulseAll(_gate);
                }
            }

            if (isFilled) lineEnds = worker.Decode(lane.Source, batch);
        }
#pragma warning disable CA1031 // Told to the caller, with the name of the input, when its turn comes.
        catch (Exception caught)
#pragma warning restore CA1031
        {
            fault = caught;
        }
        finally
        {
            Monitor.Enter(_gate);
        }

        if (fault is not null) lane.Fail(index, fault);
        else if (isFilled) lane.Publish(index, batch, lineEnds);
        else lane.ReturnBatch(batch);
        Monitor.PulseAll(_gate);
    }
}
