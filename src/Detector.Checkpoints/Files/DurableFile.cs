using Microsoft.Win32.SafeHandles;

namespace Detector.Checkpoints.Files;

/// <summary>Replaces a file so that it is the old or the new one, whole, whenever the power goes.</summary>
internal static class DurableFile
{
    private const long FreedAtOnce = 8 * 1024 * 1024;

    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(5);

    /// <summary>For this user's eyes alone: state holds names, addresses and justifications.</summary>
    public static FileStreamOptions Options(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    /// <summary>Writes beside, forces to disk, renames, forces the name to disk. When it throws before the rename, nothing has changed.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public static async Task ReplaceAsync(string path, string temporary, Func<FileStream, Task> write, Func<FileStep, Task> at, CancellationToken cancellation)
    {
        await at(FileStep.Create);
        try
        {
            await using (var file = new FileStream(temporary, Options(FileMode.Create, FileShare.Read)))
            {
                await write(file);
                await at(FileStep.Flush);
                file.Flush(flushToDisk: true);
            }

            cancellation.ThrowIfCancellationRequested();
            await at(FileStep.Rename);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        await at(FileStep.FlushFolder);
        FolderFlush.Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>
    /// Removes a file that may be large. Its name is gone when this returns, its room later and bit by bit: a file system that frees
    /// hundreds of megabytes at once holds up every write that has to reach the disk meanwhile.
    /// </summary>
    public static void TryDeleteGently(string path)
    {
        SafeFileHandle? file = null;
        try
        {
            var length = new FileInfo(path) is { Exists: true } info ? info.Length : 0;
            if (length > FreedAtOnce) file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // Then it is freed at once.
        }

        TryDelete(path);
        if (file is not null) _ = FreeAsync(file);
    }

    /// <summary>Removes a file that nobody needs; one that stays is removed another time.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // It costs room and nothing else.
        }
    }

    private static async Task FreeAsync(SafeFileHandle file)
    {
        using (file)
        {
            try
            {
                for (var length = RandomAccess.GetLength(file); length > 0; length -= FreedAtOnce)
                {
                    RandomAccess.SetLength(file, Math.Max(0, length - FreedAtOnce));
                    await Task.Delay(s_between);
                }
            }
            catch (IOException)
            {
                // Closing it frees the rest.
            }
        }
    }
}
