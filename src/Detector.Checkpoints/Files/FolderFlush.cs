using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Detector.Checkpoints.Files;

/// <summary>Forces the names in a folder to the disk: without it a power cut can undo a rename. The base library cannot open folders.</summary>
internal static partial class FolderFlush
{
    // The same on Linux and macOS, whatever the processor.
    private const int ReadOnly = 0;

    // Not every file system knows how to flush a folder.
    private const int InvalidArgument = 22;

    /// <exception cref="IOException">The folder cannot be opened, or the disk failed.</exception>
    public static void Flush(string folder)
    {
        // Windows writes names through its journal and has no such call.
        if (OperatingSystem.IsWindows()) return;
        using var handle = Open(folder, ReadOnly);
        if (handle.IsInvalid) throw Failure(folder);
        if (Synchronize(handle) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument) throw Failure(folder);
    }

    private static IOException Failure(string folder) => new($"The folder {folder} cannot be forced to disk: {Marshal.GetLastPInvokeErrorMessage()}.");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Synchronize(SafeFileHandle handle);
}
