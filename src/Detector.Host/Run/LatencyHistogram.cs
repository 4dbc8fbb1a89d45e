using System.Globalization;

namespace Detector.Host.Run;

/// <summary>How long something took, in buckets that are each a tenth wider than the one before: quantiles to within a tenth.</summary>
internal sealed class LatencyHistogram
{
    private const double Ratio = 1.1;
    private const int Buckets = 200;

    private readonly long[] _counts = new long[Buckets];

    /// <summary>How many were measured.</summary>
    public long Count => _counts.Sum();

    /// <summary>Adds one. From any thread.</summary>
    public void Add(TimeSpan took)
    {
        var microseconds = Math.Max(1, took.TotalMicroseconds);
        Interlocked.Increment(ref _counts[Math.Min(Buckets - 1, (int)Math.Ceiling(Math.Log(microseconds, Ratio)))]);
    }

    /// <summary>What this share of them did not exceed.</summary>
    public TimeSpan Quantile(double share)
    {
        var left = (long)Math.Ceiling(Count * share);
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            left -= _counts[bucket];
            if (left <= 0) return TimeSpan.FromMicroseconds(Math.Pow(Ratio, bucket));
        }

        return TimeSpan.Zero;
    }

    /// <summary>For people.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"p50 {Quantile(0.5).TotalMilliseconds:0.0} ms, p90 {Quantile(0.9).TotalMilliseconds:0.0} ms, p99 {Quantile(0.99).TotalMilliseconds:0.0} ms, p99.9 {Quantile(0.999).TotalMilliseconds:0.0} ms, most {Quantile(1).TotalMilliseconds:0.0} ms");
}
