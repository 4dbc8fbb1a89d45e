using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs.Models;
using Detector.Checkpoints.Frames;

namespace Detector.Checkpoints.Blobs;

/// <summary>The parts, each under its name and the epoch of its writer: <c>parts/NAME/EPOCH</c>.</summary>
internal sealed class BlobParts(BlobConnection store, long epoch)
{
    private const int ReadBytes = 4 * 1024 * 1024;

    /// <summary>The greatest epoch that wrote a part; 0 where there is none.</summary>
    public static async Task<long> EpochAsync(BlobConnection store, CancellationToken cancellation)
    {
        long greatest = 0;
        await foreach (var part in ListAsync(store, "", cancellation)) greatest = Math.Max(greatest, part.Epoch);
        return greatest;
    }

    public async Task<Stream> ReadAsync(string name, CancellationToken cancellation)
    {
        long newest = 0;
        await foreach (var part in ListAsync(store, name + "/", cancellation))
        {
            if (part.Epoch <= epoch) newest = Math.Max(newest, part.Epoch);
        }

        var place = store.Name + "parts/" + name;
        if (newest == 0) throw new CheckpointDamagedException(place, "there is no such part, and the head names it.");
        try
        {
            var download = await store.Blob(PathOf(name, newest)).OpenReadAsync(new BlobOpenReadOptions(allowModifications: false) { BufferSize = ReadBytes }, cancellation);
            return await FrameReader.OpenAsync(new BlobReadStream(download, place), place, name, cancellation);
        }
        catch (RequestFailedException cause) when (BlobFailure.IsMissing(cause))
        {
            throw new CheckpointDamagedException(place, "it was there and is gone.", cause);
        }
    }

    public async Task WriteAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation)
    {
        await using var blocks = new BlockStream(store.Blob(PathOf(name, epoch)));
        await FrameWriter.WriteAsync(blocks, name, write, cancellation);
        cancellation.ThrowIfCancellationRequested();
        await blocks.CommitAsync(cancellation);
    }

    public async Task RemoveExceptAsync(IReadOnlySet<string> names, CancellationToken cancellation)
    {
        var parts = new List<(string Name, long Epoch)>();
        await foreach (var part in ListAsync(store, "", cancellation))
        {
            if (part.Epoch <= epoch) parts.Add(part);
        }

        var newest = parts.GroupBy(part => part.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Max(part => part.Epoch), StringComparer.Ordinal);
        foreach (var part in parts.Where(part => !names.Contains(part.Name) || part.Epoch < newest[part.Name]))
            await store.Blob(PathOf(part.Name, part.Epoch)).DeleteIfExistsAsync(cancellationToken: cancellation);
    }

    private static async IAsyncEnumerable<(string Name, long Epoch)> ListAsync(BlobConnection store, string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var blob in store.Container.GetBlobsAsync(new GetBlobsOptions { Prefix = store.PartsPrefix + prefix }, cancellation))
        {
            var path = blob.Name[store.PartsPrefix.Length..];
            var slash = path.IndexOf('/', StringComparison.Ordinal);
            if (slash > 0 && long.TryParse(path.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var writer)) yield return (path[..slash], writer);
        }
    }

    private string PathOf(string name, long writer) => string.Create(CultureInfo.InvariantCulture, $"{store.PartsPrefix}{name}/{writer:D12}");
}
