using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Detector.Checkpoints.Files;

/// <summary>
/// Forces the bytes of a file to the disk, and of what is known about it only what is needed to read them. The base library forces
/// its times too, which makes the file system write its own journal each time.
/// </summary>
internal static partial class DataFlush
{
    /// <exception cref="IOException">The disk failed.</exception>
    public static void Flush(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux()) RandomAccess.FlushToDisk(file);
        else if (Synchronize(file) != 0) throw new IOException($"The file cannot be forced to disk: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Synchronize(SafeFileHandle file);
}
