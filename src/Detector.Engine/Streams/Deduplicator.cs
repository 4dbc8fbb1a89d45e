namespace Detector.Engine.Streams;

/// <summary>
/// Remembers record ids for as long as a copy could still count: a copy has the time of its original, so it is late
/// once the watermark has passed that. Memory is bounded by the records within the allowed lateness (about 40 bytes each).
/// </summary>
internal sealed class Deduplicator
{
    // Ids lie in buckets by event time, so that forgetting is dropping a bucket. A copy in another shape of log may
    // carry a coarser time; near its edge the neighbouring bucket is asked too.
    private static readonly long s_bucketTicks = TimeSpan.FromMinutes(5).Ticks;
    private static readonly long s_coarseTicks = TimeSpan.FromSeconds(10).Ticks;

    // A bucket that is past serves again when it is no larger than this.
    private const int ReusedMax = 1 << 16;

    private readonly Dictionary<long, HashSet<Key128>> _buckets = [];
    private HashSet<Key128>? _last;
    private HashSet<Key128>? _spare;
    private long _lastBucket;
    private long _swept = long.MinValue;

    /// <summary>How many ids are remembered.</summary>
    public int Count => _buckets.Values.Sum(ids => ids.Count);

    /// <summary>Whether the id is new; from now on it is known.</summary>
    public bool TryAdd(Key128 id, DateTime time)
    {
        var bucket = time.Ticks / s_bucketTicks;
        var within = time.Ticks % s_bucketTicks;
        if (within < s_coarseTicks && Contains(bucket - 1, id)) return false;
        if (within >= s_bucketTicks - s_coarseTicks && Contains(bucket + 1, id)) return false;
        if (_last is null || bucket != _lastBucket)
        {
            if (!_buckets.TryGetValue(bucket, out _last))
            {
                _buckets.Add(bucket, _last = _spare ?? []);
                _spare = null;
            }

            _lastBucket = bucket;
        }

        return _last.Add(id);
    }

    /// <summary>Forgets what is late anyway.</summary>
    public void Advance(DateTime watermark)
    {
        var first = watermark.Ticks / s_bucketTicks - 1;
        if (first <= _swept) return;
        _swept = first;
        _last = null;
        ForgetBefore(first);
    }

    public void Save(BinaryWriter output)
    {
        output.Write(_buckets.Count);
        foreach (var (bucket, ids) in _buckets.OrderBy(pair => pair.Key))
        {
            output.Write(bucket);
            output.Write(ids.Count);
            foreach (var id in ids)
            {
                output.Write(id.High);
                output.Write(id.Low);
            }
        }
    }

    public void Restore(BinaryReader input)
    {
        _buckets.Clear();
        _last = null;
        for (var left = input.ReadInt32(); left > 0; left--)
        {
            var bucket = input.ReadInt64();
            var ids = new HashSet<Key128>();
            for (var more = input.ReadInt32(); more > 0; more--) ids.Add(new Key128(input.ReadUInt64(), input.ReadUInt64()));
            _buckets.Add(bucket, ids);
        }
    }

    // Apart, since what a lambda captures is made when its method is entered.
    private void ForgetBefore(long first)
    {
        foreach (var bucket in _buckets.Keys.Where(bucket => bucket < first).ToArray())
        {
            if (!_buckets.Remove(bucket, out var ids) || ids.EnsureCapacity(0) > ReusedMax) continue;
            ids.Clear();
            _spare = ids;
        }
    }

    private bool Contains(long bucket, Key128 id) => _buckets.TryGetValue(bucket, out var ids) && ids.Contains(id);
}
