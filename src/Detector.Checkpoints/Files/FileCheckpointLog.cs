using Detector.Checkpoints.Frames;

namespace Detector.Checkpoints.Files;

/// <summary>
/// A log in the folder of the parts: the header of <see cref="FrameFormat"/>, a random number, a frame for each record
/// (<see cref="LogFrame"/>), and zeros.
/// </summary>
/// <param name="folder">Where it lies.</param>
/// <param name="epoch">The owner.</param>
/// <param name="confirm">Throws when another owns the folder; takes what led to the question.</param>
/// <param name="at">Told at each step.</param>
internal sealed class FileCheckpointLog(CheckpointFolder folder, long epoch, Action<Exception?> confirm, Func<FileStep, string, Task> at) : ICheckpointLog, IDisposable
{
    // The file grows by so much at once, in zeros: forcing what lies within it to the disk moves no metadata. Growing does, and waits for
    // what else the file system has to write, so it is not done often.
    private const int GrowBytes = 1024 * 1024;

    private static readonly byte[] s_zeros = new byte[GrowBytes];

    private FileStream? _file;
    private byte[] _frame = new byte[16 * 1024];
    private long _end;
    private long _allocated;
    private int _number;
    private long _seed;

    /// <inheritdoc />
    public async Task CreateAsync(string name, CancellationToken cancellation)
    {
        PartName.Check(name);
        confirm(null);
        Dispose();
        var path = folder.PartPath(name, epoch);
        await at(FileStep.Create, path);
        FileStream? file = null;
        try
        {
            file = new FileStream(path, DurableFile.Options(FileMode.Create, FileShare.Read | FileShare.Delete));
            var header = FrameFormat.Header(name);
            var content = new byte[header.Length + LogFrame.SeedBytes];
            header.CopyTo(content, 0);
            _seed = LogFrame.WriteSeed(content.AsSpan(header.Length));
            RandomAccess.Write(file.SafeFileHandle, content.AsSpan(), 0);
            await at(FileStep.Flush, path);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
            cancellation.ThrowIfCancellationRequested();
            await at(FileStep.FlushFolder, path);
            FolderFlush.Flush(folder.PartsPath);
            (_file, _end, _allocated, _number) = (file, content.Length, content.Length, 0);
            file = null;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Failure(path, cause);
        }
        finally
        {
            if (file is not null) await file.DisposeAsync();
        }

        await at(FileStep.Confirm, path);
        confirm(null);
    }

    /// <inheritdoc />
    public async Task AppendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellation)
    {
        if (_file is not { } file) throw new InvalidOperationException("No log was begun, or the last record of it failed.");
        if (record.IsEmpty) throw new ArgumentException("A record has at least one byte: an empty one would be the end.", nameof(record));
        confirm(null);
        cancellation.ThrowIfCancellationRequested();
        _file = null;
        try
        {
            var length = LogFrame.Bytes(record.Length);
            if (_frame.Length < length) _frame = new byte[length];
            LogFrame.Write(_frame, record.Span, _number, _seed);
            Allocate(file, _end + length);
            RandomAccess.Write(file.SafeFileHandle, _frame.AsSpan(0, length), _end);
            await at(FileStep.Flush, file.Name);
            DataFlush.Flush(file.SafeFileHandle);
            (_file, _end, _number) = (file, _end + length, _number + 1);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Failure(file.Name, cause);
        }
        finally
        {
            if (_file is null) await file.DisposeAsync();
        }

        await at(FileStep.Confirm, file.Name);
        confirm(null);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(string name, CancellationToken cancellation)
    {
        PartName.Check(name);
        confirm(null);
        var newest = folder.Parts().Where(part => part.Name == name && part.Epoch <= epoch).Select(part => part.Epoch).DefaultIfEmpty(0).Max();
        var path = folder.PartPath(name, newest);
        if (newest == 0) throw new CheckpointDamagedException(Path.Combine(folder.PartsPath, name), "there is no such log, and the head names it.");
        var bytes = await File.ReadAllBytesAsync(path, cancellation);
        var header = FrameFormat.Header(name);
        if (bytes.Length < header.Length + LogFrame.SeedBytes) throw new CheckpointDamagedException(path, "it ends within its first bytes.");
        if (FrameFormat.ProblemOf(bytes.AsSpan(0, FrameFormat.MagicBytes)) is { } problem) throw new CheckpointDamagedException(path, problem);
        if (!bytes.AsSpan().StartsWith(header) || !LogFrame.TryReadSeed(bytes.AsSpan(header.Length), out var seed)) throw new CheckpointDamagedException(path, "its beginning was changed, or it was renamed.");
        return Records(path, bytes, header.Length + LogFrame.SeedBytes, seed);
    }

    private void Allocate(FileStream file, long bytes)
    {
        while (_allocated < bytes)
        {
            RandomAccess.Write(file.SafeFileHandle, s_zeros, _allocated);
            _allocated += GrowBytes;
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private static List<ReadOnlyMemory<byte>> Records(string path, byte[] bytes, int at, long seed)
    {
        var records = new List<ReadOnlyMemory<byte>>();
        while (LogFrame.TryRead(bytes, at, records.Count, seed, out var record))
        {
            records.Add(record);
            at += LogFrame.Bytes(record.Length);
        }

        // Only the last can have been cut off by a crash; where there is another behind it, it was changed.
        if (LogFrame.IsFollowed(bytes, at, records.Count, seed)) throw new CheckpointDamagedException(path, $"its record {records.Count + 1} was changed.");
        return records;
    }

    private static IOException Failure(string path, Exception cause) => new($"{path} cannot be written: {cause.Message}", cause);
}
