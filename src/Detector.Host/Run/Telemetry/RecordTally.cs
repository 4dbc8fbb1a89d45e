using System.Diagnostics;
using System.Diagnostics.Metrics;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Sources.Live;

namespace Detector.Host.Run.Telemetry;

/// <summary>
/// Records by source, category and outcome. One thread writes, any thread reads: no lock and no allocation for a record. A
/// category that is not one of Entra's counts as <c>other</c>, since a sender could invent as many as it likes.
/// </summary>
internal sealed class RecordTally
{
    private const int SourcesMax = 64;

    private SourceCount[] _sources = [];
    private string? _stream;
    private SourceCount? _source;
    private PipelineCounters? _pipeline;
    private long _bytes, _late, _duplicates, _lateBefore, _duplicatesBefore;

    /// <summary>Counts a slice. Streams are partitions or paths; partitions count under their hub, paths together.</summary>
    public void Add(LiveSlice slice, bool isHub)
    {
        if (!string.Equals(_stream, slice.Stream, StringComparison.Ordinal)) (_stream, _source) = (slice.Stream, Of(slice.Stream, isHub));
        _source!.Add(slice);
        Volatile.Write(ref _bytes, _bytes + slice.Bytes);
    }

    /// <summary>Takes over what a pipeline has counted since the last time; a pipeline counts on from its snapshot.</summary>
    public void Add(PipelineCounters pipeline)
    {
        if (!ReferenceEquals(pipeline, _pipeline)) (_pipeline, _lateBefore, _duplicatesBefore) = (pipeline, pipeline.Late, pipeline.Duplicates);
        Volatile.Write(ref _late, _late + pipeline.Late - _lateBefore);
        Volatile.Write(ref _duplicates, _duplicates + pipeline.Duplicates - _duplicatesBefore);
        (_lateBefore, _duplicatesBefore) = (pipeline.Late, pipeline.Duplicates);
    }

    /// <summary>Makes its instruments.</summary>
    public void Observe(Meter meter)
    {
        meter.CreateObservableCounter("detector.records", () => Volatile.Read(ref _sources).SelectMany(source => source.Read()), "{record}", "Records taken, by source, category and what became of them.");
        meter.CreateObservableCounter("detector.records.late", () => Volatile.Read(ref _late), "{record}", "Matched records later than the allowed lateness: not detected on.");
        meter.CreateObservableCounter("detector.records.duplicate", () => Volatile.Read(ref _duplicates), "{record}", "Matched records with an id that had been seen.");
        meter.CreateObservableCounter("detector.input.size", () => Volatile.Read(ref _bytes), "By", "Bytes taken from the source.");
        meter.CreateObservableGauge("detector.source.lag", () => Volatile.Read(ref _sources).SelectMany(source => source.ReadLag()), "s", "From the time of the last matched record of a source to its arrival.");
    }

    // Hubs are named in the configuration, so they are few; a path may say whose it is.
    private SourceCount Of(string stream, bool isHub)
    {
        var slash = stream.LastIndexOf('/');
        var name = !isHub ? "files" : slash < 0 ? stream : stream[..slash];
        if (_sources.Length >= SourcesMax && !_sources.Any(source => source.Name == name)) name = "other";
        if (_sources.FirstOrDefault(source => source.Name == name) is { } known) return known;
        var added = new SourceCount(name);
        Volatile.Write(ref _sources, [.. _sources, added]);
        return added;
    }

    private sealed class SourceCount(string name)
    {
        private readonly long[] _seen = new long[EventBatch.Categories.Count];
        private readonly long[] _matched = new long[EventBatch.Categories.Count];
        private readonly KeyValuePair<string, object?> _tag = new("detector.source", name);
        private long _rejected;
        private double _lag = double.NaN;

        public string Name { get; } = name;

        public void Add(LiveSlice slice)
        {
            var batch = slice.Batch;
            var categories = batch.OfCategory;
            for (var i = 0; i < categories.Length; i++) Volatile.Write(ref _seen[i], _seen[i] + categories[i]);
            foreach (var matched in batch.Events)
            {
                ref var count = ref _matched[EventBatch.CategoryOf(matched.Event)];
                Volatile.Write(ref count, count + 1);
            }

            Volatile.Write(ref _rejected, _rejected + batch.Rejects.Count);
            if (batch.Events.Count > 0) Volatile.Write(ref _lag, (slice.Arrival - batch.Events[^1].Event.Time).TotalSeconds);
        }

        public IEnumerable<Measurement<long>> Read()
        {
            for (var i = 0; i < _seen.Length; i++)
            {
                var matched = Volatile.Read(ref _matched[i]);
                var seen = Volatile.Read(ref _seen[i]);
                if (seen == 0) continue;
                yield return new(matched, Tags(EventBatch.Categories[i], "matched"));
                yield return new(Math.Max(0, seen - matched), Tags(EventBatch.Categories[i], "dismissed"));
            }

            // What cannot be read has no category.
            yield return new(Volatile.Read(ref _rejected), Tags("unknown", "rejected"));
        }

        public IEnumerable<Measurement<double>> ReadLag() => Volatile.Read(ref _lag) is var lag && double.IsNaN(lag) ? [] : [new(lag, _tag)];

        private TagList Tags(string category, string outcome) => new() { _tag, { "detector.category", category }, { "detector.outcome", outcome } };
    }
}
