using System.Diagnostics;
using System.Diagnostics.Metrics;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;
using Detector.Sources.Live;

namespace Detector.Host.Run.Telemetry;

/// <summary>
/// Records by source, outcome and category. One thread writes, any thread reads: no lock and no allocation for a record. A
/// category that is not one of Entra's counts as <c>other</c>, since a sender could invent as many as it likes.
/// </summary>
internal sealed class RecordTally
{
    private const int SourcesMax = 64;
    private static readonly string[] s_categories = ["other", "AuditLogs", "SignInLogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs", "ManagedIdentitySignInLogs"];

    private readonly long[] _categories = new long[s_categories.Length];
    private SourceCount[] _sources = [];
    private string? _stream;
    private SourceCount? _source;
    private PipelineCounters? _pipeline;
    private long _bytes, _late, _duplicates, _lateBefore, _duplicatesBefore;
    private double _lag = double.NaN;

    /// <summary>Counts a slice. Streams are partitions or paths; partitions count under their hub, paths together.</summary>
    public void Add(LiveSlice slice, bool isHub)
    {
        var batch = slice.Batch;
        if (!string.Equals(_stream, slice.Stream, StringComparison.Ordinal)) (_stream, _source) = (slice.Stream, Of(slice.Stream, isHub));
        var source = _source!;
        Volatile.Write(ref source.Matched, source.Matched + batch.Events.Count);
        Volatile.Write(ref source.Rejected, source.Rejected + batch.Rejects.Count);
        Volatile.Write(ref source.Dismissed, source.Dismissed + Math.Max(0, batch.Records - batch.Events.Count - batch.Rejects.Count));
        Volatile.Write(ref _bytes, _bytes + slice.Bytes);
        foreach (var matched in batch.Events)
        {
            var category = Math.Max(0, Array.IndexOf(s_categories, matched.Event.Text(CanonicalField.Category)));
            Volatile.Write(ref _categories[category], _categories[category] + 1);
        }

        if (batch.Events.Count > 0) Volatile.Write(ref _lag, (slice.Arrival - batch.Events[^1].Event.Time).TotalSeconds);
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
        meter.CreateObservableCounter("detector.records", ReadSources, "{record}", "Records taken, by what became of them.");
        meter.CreateObservableCounter("detector.records.matched", ReadCategories, "{record}", "Records that at least one rule matched, by category.");
        meter.CreateObservableCounter("detector.records.late", () => Volatile.Read(ref _late), "{record}", "Matched records later than the allowed lateness: not detected on.");
        meter.CreateObservableCounter("detector.records.duplicate", () => Volatile.Read(ref _duplicates), "{record}", "Matched records with an id that had been seen.");
        meter.CreateObservableCounter("detector.input.size", () => Volatile.Read(ref _bytes), "By", "Bytes taken from the source.");
        meter.CreateObservableGauge("detector.source.lag", () => Volatile.Read(ref _lag) is var lag && double.IsNaN(lag) ? [] : (Measurement<double>[])[new(lag)], "s", "From the time of the last matched record to its arrival.");
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

    private IEnumerable<Measurement<long>> ReadSources() => Volatile.Read(ref _sources).SelectMany(source => (Measurement<long>[])
    [
        new(Volatile.Read(ref source.Matched), Tags(source, "matched")),
        new(Volatile.Read(ref source.Dismissed), Tags(source, "dismissed")),
        new(Volatile.Read(ref source.Rejected), Tags(source, "rejected")),
    ]);

    private IEnumerable<Measurement<long>> ReadCategories() => s_categories.Select((name, i) => new Measurement<long>(Volatile.Read(ref _categories[i]), new KeyValuePair<string, object?>("detector.category", name)));

    private static TagList Tags(SourceCount source, string outcome) => new() { { "detector.source", source.Name }, { "detector.outcome", outcome } };

    private sealed class SourceCount(string name)
    {
        public long Matched, Dismissed, Rejected;

        public string Name { get; } = name;
    }
}
