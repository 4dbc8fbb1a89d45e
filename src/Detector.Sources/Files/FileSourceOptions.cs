namespace Detector.Sources.Files;

/// <summary>What to read and how much of the machine to use for it. None of it changes the result but <see cref="Paths"/>.</summary>
public sealed record FileSourceOptions
{
    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInputPath = "-";

    /// <summary>The largest <see cref="BlockBytes"/>: more would only cost memory.</summary>
    public const int BlockBytesMax = 4 * 1024 * 1024;

    /// <summary>
    /// A line may be an envelope of many records, such as a page of Graph's answer; a longer one is rejected as a
    /// whole. Each record in it has the limit of every record.
    /// </summary>
    public const int LineBytesMax = 16 * 1024 * 1024;

    /// <summary>Files and folders; <see cref="StandardInputPath"/> is standard input.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Threads that read, the caller's own among them; at least 1.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Bytes read at once by a worker. Measured with two workers on records of 5 KB and 1 MB of L2 a core: 512 KB and
    /// 1 MB are equally fast; 256 KB takes 1.05 to 1.1 times as long, 64 KB 1.4 times, since more last lines are read twice.
    /// </summary>
    public int BlockBytes { get; init; } = 512 * 1024;

    /// <summary>
    /// Files open at the same time, because their times overlap. When more overlap, the rest waits for one to end, and
    /// events of the rest may come later than their time.
    /// </summary>
    public int OpenFilesMax { get; init; } = 512;

    /// <summary>Stands in for the process's standard input.</summary>
    public Stream? StandardInput { get; init; }
}
