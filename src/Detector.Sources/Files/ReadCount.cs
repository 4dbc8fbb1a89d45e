using Detector.Engine.Logs;

namespace Detector.Sources.Files;

/// <summary>Counts what was handed out. Written by one thread, read by any.</summary>
internal sealed class ReadCount(List<InputFile> files)
{
    private readonly long _bytesTotal = files.Sum(file => file.Bytes);
    private readonly bool _hasEnd = !files.Exists(file => file.IsStandardInput);
    private long _bytes;
    private long _records;
    private long _parsed;
    private long _rejects;
    private int _filesDone;

    public ReadProgress Progress => new(
        _bytesTotal, Volatile.Read(ref _bytes), Volatile.Read(ref _records), Volatile.Read(ref _parsed), Volatile.Read(ref _rejects), files.Count, Volatile.Read(ref _filesDone), _hasEnd);

    public void Add(EventBatch batch)
    {
        Volatile.Write(ref _bytes, _bytes + batch.Bytes);
        Volatile.Write(ref _records, _records + batch.Records);
        Volatile.Write(ref _parsed, _parsed + batch.Parsed);
        Volatile.Write(ref _rejects, _rejects + batch.Rejects.Count);
    }

    public void EndFile() => Volatile.Write(ref _filesDone, _filesDone + 1);
}
