using System.Globalization;

namespace Detector.Checkpoints.Files;

/// <summary>Checkpoints in a folder of the local disk. The lock on a file in it is the lease; it ends with the process.</summary>
public sealed class FileCheckpointStore(string folder) : ICheckpointStore
{
    /// <inheritdoc />
    public async Task<ICheckpointLease?> TryAcquireAsync(string owner, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            return null;
        }

        var path = Path.Combine(folder, "epoch");
        var epoch = File.Exists(path) && long.TryParse(await File.ReadAllTextAsync(path, cancellation), NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last + 1 : 1;
        await FileCheckpointLease.WriteWholeAsync(path, (stream, stop) => stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(epoch.ToString(CultureInfo.InvariantCulture)), stop).AsTask(), cancellation);
        return new FileCheckpointLease(folder, held, epoch);
    }
}
