namespace Detector.Sources.Files;

/// <summary>How far the reading is. Bytes are those of the disk: compressed ones where a file is compressed.</summary>
/// <param name="BytesTotal">Of all files; standard input counts as none.</param>
/// <param name="BytesDone">Of what was handed out so far.</param>
/// <param name="Records">Records seen, rejected ones included.</param>
/// <param name="Parsed">Of these, how many had to be parsed.</param>
/// <param name="Rejects">Records that could not be read.</param>
/// <param name="FilesTotal">Inputs found.</param>
/// <param name="FilesDone">Inputs read to their end.</param>
/// <param name="HasEnd">False while standard input, whose length nobody knows, is among the inputs.</param>
public readonly record struct ReadProgress(
    long BytesTotal, long BytesDone, long Records, long Parsed, long Rejects, int FilesTotal, int FilesDone, bool HasEnd)
{
    /// <summary>Of the time that was asked for, how much is read, from 0 to 1, where that tells it and bytes do not.</summary>
    public double? Share { get; init; }
}
