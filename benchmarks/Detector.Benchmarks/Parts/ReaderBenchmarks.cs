using BenchmarkDotNet.Attributes;
using Detector.Engine.Logs;
using Detector.Engine.Pipeline;

namespace Detector.Benchmarks.Parts;

/// <summary>
/// What reading costs beyond finding line ends: ratios to a newline scan of the same block, which is small enough to
/// stay in the second-level cache, as a source's blocks should be.
/// </summary>
[MemoryDiagnoser]
public class ReaderBenchmarks
{
    private readonly DetectionPlan _plan = ReaderInput.Plan();
    private byte[] _block = [];
    private RecordReader _reader = null!;
    private Prefilter _prefilter = null!;

    /// <summary>Bytes of a sign-in; audits have half.</summary>
    [Params(2000, 5000, 7000)]
    public int RecordBytes { get; set; }

    /// <summary>A space after colons and commas, or none.</summary>
    [Params(false, true)]
    public bool Spaced { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _block = ReaderInput.Lines(1 << 20, RecordBytes, Spaced);
        _reader = new RecordReader(_plan);
        _prefilter = new Prefilter(_plan);
    }

    [Benchmark(Baseline = true)]
    public int NewlineScan()
    {
        var lines = 0;
        for (var rest = _block.AsSpan(); rest.IndexOf((byte)'\n') is >= 0 and var end; rest = rest[(end + 1)..]) lines++;
        return lines;
    }

    [Benchmark]
    public int LineScanWithChecks()
    {
        var lines = 0;
        for (ReadOnlySpan<byte> rest = _block; !rest.IsEmpty; lines++) rest = rest[(LineScan.From(rest).Length + 1)..];
        return lines;
    }

    [Benchmark]
    public int NewlineScanAndPrefilter()
    {
        var dismissed = 0;
        for (ReadOnlySpan<byte> rest = _block; rest.IndexOf((byte)'\n') is >= 0 and var end; rest = rest[(end + 1)..])
        {
            if (_prefilter.Judge(rest[..end], out _) == PrefilterAnswer.Dismiss) dismissed++;
        }

        return dismissed;
    }

    [Benchmark]
    public long Everything()
    {
        var batch = new EventBatch { Source = "block" };
        _reader.ReadLines(_block, 0, batch);
        return batch.Parsed;
    }
}
