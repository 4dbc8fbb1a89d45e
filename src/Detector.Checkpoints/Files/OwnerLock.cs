namespace Detector.Checkpoints.Files;

/// <summary>
/// The lock that the owner holds on a file of the folder. The kernel lets go of it when the process ends, however it
/// ends, so that another can take over at once. It is advisory; what fences a writer that should have stopped is the epoch.
/// </summary>
internal static class OwnerLock
{
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020);

    /// <summary>The lock, or null: another has it.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static FileStream? TryTake(string path)
    {
        try
        {
            return new FileStream(path, DurableFile.Options(FileMode.OpenOrCreate, FileShare.None));
        }
        catch (IOException cause) when (cause.HResult is WouldBlockOnLinux or WouldBlockOnMac or SharingViolation)
        {
            return null;
        }
    }
}
