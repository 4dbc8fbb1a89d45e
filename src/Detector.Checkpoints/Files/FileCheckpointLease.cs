namespace Detector.Checkpoints.Files;

/// <summary>The folder while this process holds its lock.</summary>
internal sealed class FileCheckpointLease(string folder, FileStream held, long epoch) : ICheckpointLease
{
    private const string PartEnding = ".part";

    private string Head => Path.Combine(folder, "head");

    public long Epoch => epoch;

    public CancellationToken Lost => CancellationToken.None;

    public async Task<ReadOnlyMemory<byte>?> ReadHeadAsync(CancellationToken cancellation) =>
        File.Exists(Head) ? await File.ReadAllBytesAsync(Head, cancellation) : (ReadOnlyMemory<byte>?)null;

    public Task WriteHeadAsync(ReadOnlyMemory<byte> head, CancellationToken cancellation) =>
        WriteWholeAsync(Head, (stream, stop) => stream.WriteAsync(head, stop).AsTask(), cancellation);

    public Task<Stream> ReadPartAsync(string name, CancellationToken cancellation) => Task.FromResult<Stream>(File.OpenRead(PathOf(name)));

    public Task WritePartAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation) => WriteWholeAsync(PathOf(name), write, cancellation);

    public Task RemovePartsExceptAsync(IReadOnlySet<string> names, CancellationToken cancellation)
    {
        foreach (var path in Directory.EnumerateFiles(folder, $"*{PartEnding}"))
        {
            if (!names.Contains(Path.GetFileNameWithoutExtension(path))) File.Delete(path);
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => held.DisposeAsync();

    public static async Task WriteWholeAsync(string path, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation)
    {
        var next = $"{path}.next";
        await using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            await write(stream, cancellation);
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }

    private string PathOf(string name) => Path.Combine(folder, name + PartEnding);
}
