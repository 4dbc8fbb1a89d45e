namespace Detector.Host.Run;

/// <summary>What one worker has done since it started. Written by detection, read by any thread.</summary>
internal sealed class WorkerCounters
{
    private long _records;
    private long _bytes;
    private long _rejects;
    private long _alerts;

    public long Records => Interlocked.Read(ref _records);

    public long Bytes => Interlocked.Read(ref _bytes);

    public long Rejects => Interlocked.Read(ref _rejects);

    public long Alerts => Interlocked.Read(ref _alerts);

    /// <summary>From the arrival of the record that completed an alert to the call of a sink with it.</summary>
    public LatencyHistogram Latency { get; } = new();

    public void AddSlice(long records, long bytes, long rejects)
    {
        Interlocked.Add(ref _records, records);
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Add(ref _rejects, rejects);
    }

    public void AddAlerts(int count) => Interlocked.Add(ref _alerts, count);
}
