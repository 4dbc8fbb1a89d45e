using System.Diagnostics;

namespace Detector.Benchmarks;

/// <summary>One contender's figures: what it is, the seconds of each run, and what this process used of its processors meanwhile.</summary>
internal sealed record Timing(string Name, List<double> Seconds)
{
    public List<double> ProcessorSeconds { get; } = [];

    public double ProcessorMedian => ProcessorSeconds.Order().ElementAt(ProcessorSeconds.Count / 2);

    public double Median => Seconds.Order().ElementAt(Seconds.Count / 2);
}

/// <summary>The figures of contenders that run in turn, so that a slow minute slows all of them.</summary>
internal sealed class Turns
{
    private readonly Dictionary<string, Timing> _timings = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Timing> Timings => _timings.Values;

    public Timing this[string name] => _timings[name];

    public void Time(string name, bool counted, Action work)
    {
        GC.Collect();
        var used = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        work();
        watch.Stop();
        used = Environment.CpuUsage.TotalTime - used;
        if (!counted) return;
        if (!_timings.TryGetValue(name, out var timing)) _timings.Add(name, timing = new Timing(name, []));
        timing.Seconds.Add(watch.Elapsed.TotalSeconds);
        timing.ProcessorSeconds.Add(used.TotalSeconds);
    }
}
