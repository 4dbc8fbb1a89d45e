using Detector.Engine.Logs;

namespace Detector.Sources.Files;

/// <summary>
/// One input in work: which of its blocks are taken, decoded and handed out. Everything here is guarded by the lock of
/// the <see cref="Crew"/>, but for what the worker that holds a claim does with the source.
/// </summary>
internal sealed class Lane(BlockSource source, int ahead) : IDisposable
{
    private readonly EventBatch?[] _ready = new EventBatch?[ahead];
    private readonly long[] _lineEnds = new long[ahead];
    private readonly Stack<EventBatch> _spare = new();
    private long _claimed;
    private long _delivered;
    private long _lines;
    private bool _isFilling;
    private bool _hasEnded;
    private Exception? _fault;

    /// <summary>The input.</summary>
    public BlockSource Source { get; } = source;

    /// <summary>Whether everything has been handed out.</summary>
    public bool IsDone => _hasEnded && !_isFilling && _claimed == _delivered;

    /// <summary>Whether there is a block that a worker may take now.</summary>
    public bool CanClaim => !_hasEnded && _claimed - _delivered < _ready.Length && (Source.IsParallel || !_isFilling);

    /// <summary>Takes the next block. Where blocks come in order, it must be <see cref="Settle"/>d once filled.</summary>
    public long Claim()
    {
        var index = _claimed++;
        if (!Source.IsParallel) _isFilling = true;
        else if (_claimed >= Source.Count) _hasEnded = true;
        return index;
    }

    /// <summary>The block is filled, or there was none.</summary>
    public void Settle(bool isFilled)
    {
        if (Source.IsParallel) return;
        _isFilling = false;
        if (isFilled) return;
        _claimed--;
        _hasEnded = true;
    }

    /// <summary>Reading failed: what was claimed before is still handed out, then the failure is thrown once.</summary>
    public void Fail(long index, Exception fault)
    {
        _isFilling = false;
        _hasEnded = true;
        _fault ??= fault;
        Publish(index, RentBatch(), 0);
    }

    /// <summary>Lays a decoded block ready.</summary>
    public void Publish(long index, EventBatch batch, long lineEnds)
    {
        _ready[index % _ready.Length] = batch;
        _lineEnds[index % _ready.Length] = lineEnds;
    }

    /// <summary>The next block in order, with true line numbers, or null when it is not ready.</summary>
    public EventBatch? Take()
    {
        var slot = _delivered % _ready.Length;
        if (_ready[slot] is not { } batch) return null;
        _ready[slot] = null;
        _delivered++;
        for (var i = 0; i < batch.Rejects.Count; i++)
        {
            var reject = batch.Rejects[i];
            batch.Rejects[i] = reject with { Place = reject.Place with { Line = reject.Place.Line + _lines } };
        }

        foreach (var (logged, _) in batch.Events)
        {
            if (logged.Place.Line > 0) logged.Place = logged.Place with { Line = logged.Place.Line + _lines };
        }

        _lines += _lineEnds[slot];
        return batch;
    }

    /// <summary>The failure, once everything before it has been handed out; null when there is none.</summary>
    public Exception? TakeFault()
    {
        var fault = _claimed == _delivered ? _fault : null;
        if (fault is not null) _fault = null;
        return fault;
    }

    /// <summary>An empty batch.</summary>
    public EventBatch RentBatch() => _spare.TryPop(out var batch) ? batch : new EventBatch { Source = Source.Name };

    /// <summary>Takes a batch back when nobody looks at it any more.</summary>
    public void ReturnBatch(EventBatch batch)
    {
        batch.Clear();
        _spare.Push(batch);
    }

    public void Dispose() => Source.Dispose();
}
