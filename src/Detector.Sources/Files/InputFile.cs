namespace Detector.Sources.Files;

/// <summary>One input, by the path under which the user will know it.</summary>
/// <param name="Path">As given, or found under a folder as given.</param>
/// <param name="Bytes">Length when it was found; 0 for standard input.</param>
internal sealed record InputFile(string Path, long Bytes)
{
    /// <summary>Where reading begins: behind what was read before.</summary>
    public long From { get; init; }

    /// <summary>Where it ends, when not at the end of the file as it is when it is opened.</summary>
    public long? Until { get; init; }

    /// <summary>Whether opening or reading it may wait for somebody: pipes have no length, and nor have empty files, to which it does no harm.</summary>
    public bool MayWait => Bytes == 0;

    public bool IsStandardInput => string.Equals(Path, FileSourceOptions.StandardInputPath, StringComparison.Ordinal);
}
