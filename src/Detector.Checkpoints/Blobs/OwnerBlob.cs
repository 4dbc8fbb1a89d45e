using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Detector.Checkpoints.Blobs;

/// <summary>
/// Reads and writes who owns the store. Every write is conditional on what was read before it, and known by its claim:
/// one whose answer got lost is recognised when the next finds it done.
/// </summary>
internal sealed class OwnerBlob(BlobConnection store)
{
    private readonly string _place = store.Name + "owner";

    /// <summary>The owner, or null where there has never been one.</summary>
    public async Task<BlobOwner?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return BlobOwner.Of(await store.OwnerBlob(isRenewing: false).GetPropertiesAsync(cancellationToken: cancellation), _place);
        }
        catch (RequestFailedException cause) when (BlobFailure.IsMissing(cause))
        {
            return null;
        }
    }

    /// <summary>Puts <paramref name="next"/> in the place of <paramref name="current"/>; null where there is none.</summary>
    /// <returns>What is there now: <paramref name="next"/>, or null when another was first.</returns>
    public Task<BlobOwner?> ReplaceAsync(BlobOwner? current, BlobOwner next, CancellationToken cancellation) =>
        ReplaceAsync(store.OwnerBlob(isRenewing: false), current, next, cancellation);

    /// <summary>As <see cref="ReplaceAsync(BlobOwner?, BlobOwner, CancellationToken)"/>, in one short try.</summary>
    public Task<BlobOwner?> RenewAsync(BlobOwner current, BlobOwner next, CancellationToken cancellation) =>
        ReplaceAsync(store.OwnerBlob(isRenewing: true), current, next, cancellation);

    private async Task<BlobOwner?> ReplaceAsync(BlockBlobClient blob, BlobOwner? current, BlobOwner next, CancellationToken cancellation)
    {
        try
        {
            return next with { ETag = await StoreAsync(blob, current?.ETag, next, cancellation) };
        }
        catch (RequestFailedException cause) when (BlobFailure.IsOvertaken(cause))
        {
            // By ourselves, when the answer to an earlier try got lost.
            var found = await ReadAsync(cancellation);
            return found is not null && found.Claim == next.Claim && found.Epoch == next.Epoch ? found : null;
        }
        catch (RequestFailedException cause) when (BlobFailure.IsMissing(cause))
        {
            return null;
        }
    }

    private static async Task<ETag> StoreAsync(BlockBlobClient blob, ETag? current, BlobOwner next, CancellationToken cancellation)
    {
        if (current is { } tag) return (await blob.SetMetadataAsync(next.ToMetadata(), new BlobRequestConditions { IfMatch = tag }, cancellation)).Value.ETag;
        using var empty = new MemoryStream();
        return (await blob.UploadAsync(empty, new BlobUploadOptions { Metadata = next.ToMetadata(), Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } }, cancellation)).Value.ETag;
    }
}
