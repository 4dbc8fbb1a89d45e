using Detector.Engine.Logs;
using Detector.Engine.Pipeline;

namespace Detector.Sources.Files;

/// <summary>
/// Recorded logs from files, folders and standard input, read on all cores and handed out in order. Several inputs
/// replay as one stream: each in its own order, merged by event time, ties in the order of the paths. The same input
/// gives the same events and rejects, in the same order, whatever the number of workers and the size of blocks.
/// Memory does not grow with the input.
/// </summary>
public sealed class FileSource : ILogSource
{
    /// <summary>Blocks per worker that may be read ahead of what was handed out.</summary>
    private const int BlocksAhead = 4;

    private readonly DetectionPlan _plan;
    private readonly FileSourceOptions _options;
    private readonly List<InputFile> _files;
    private readonly ReadCount _count;

    /// <summary>Finds the inputs; nothing is opened yet.</summary>
    /// <exception cref="InputException">A path does not exist, or a folder holds nothing to read.</exception>
    public FileSource(DetectionPlan plan, FileSourceOptions options)
        : this(plan, options, InputList.Find((options ?? throw new ArgumentNullException(nameof(options))).Paths))
    {
    }

    /// <summary>Parts of files that somebody else has found.</summary>
    internal FileSource(DetectionPlan plan, FileSourceOptions options, List<InputFile> files)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (options.Workers < 1 || options.OpenFilesMax < 1 || options.BlockBytes is < 1 or > FileSourceOptions.BlockBytesMax)
            throw new ArgumentException("At least one worker, one open file and one byte a block are needed, and a block has a limit.", nameof(options));
        _plan = plan;
        _options = options;
        _files = files;
        _count = new ReadCount(_files);
    }

    /// <summary>The inputs that were found, in the order of the paths; <see cref="FileSourceOptions.StandardInputPath"/> among them.</summary>
    public IReadOnlyList<string> Inputs => [.. _files.Select(file => file.Path)];

    /// <inheritdoc />
    public ReadProgress Progress => _count.Progress;

    /// <inheritdoc />
    public IEnumerable<EventBatch> Read(CancellationToken cancellation = default)
    {
        using var crew = new Crew(_plan, _options.BlockBytes);
        var mayWait = _files.Exists(file => file.MayWait);
        if (_files.Count == 1)
        {
            foreach (var batch in ReadOne(crew, _files[0], cancellation)) yield return batch;
            yield break;
        }

        StartFor(crew, mayWait, _files.Sum(file => file.Bytes));
        var merge = new TimeMerge(crew, _files, _options, Open, _count);
        foreach (var batch in merge.Read(cancellation)) yield return batch;
    }

    private IEnumerable<EventBatch> ReadOne(Crew crew, InputFile file, CancellationToken cancellation)
    {
        var lane = Open(file, _options.Workers * BlocksAhead);
        StartFor(crew, lane.Source.MayBlock, file.Bytes);
        crew.Add(lane);
        while (crew.Next(lane, cancellation) is { } batch)
        {
            _count.Add(batch);
            yield return batch;
            crew.Return(lane, batch);
        }

        _count.EndFile();
    }

    private Lane Open(InputFile file, int ahead) => new(OpenInput.Open(file, _options), ahead);

    // One block is sooner read than a thread started.
    private void StartFor(Crew crew, bool mayBlock, long bytes)
    {
        if (mayBlock) crew.Start(Math.Max(1, _options.Workers - 1));
        else if (bytes > _options.BlockBytes) crew.Start(_options.Workers - 1);
    }
}
