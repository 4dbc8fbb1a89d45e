using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Models;
using Detector.Checkpoints.Frames;

namespace Detector.Checkpoints.Blobs;

/// <summary>
/// The head as one owner has it. Taking it over changes its tag, so that whatever the owner before still sends fails.
/// One at a time.
/// </summary>
internal sealed class BlobHead(BlobConnection store, long epoch)
{
    private const string Name = "head";
    private const string EpochKey = "epoch";
    private const string NumberKey = "number";
    private const int TakeoversMax = 20;

    private readonly string _place = store.Name + Name;
    private ETag _tag;
    private long _number;

    /// <summary>The epoch that had it last; 0 where there is none.</summary>
    public static async Task<long> EpochAsync(BlobConnection store, CancellationToken cancellation) =>
        await FindAsync(store, cancellation) is { } found ? EpochOf(found) : 0;

    /// <summary>Makes the head this owner's; where there is none, an empty one.</summary>
    /// <exception cref="LeaseLostException">A later owner has it.</exception>
    public async Task TakeOverAsync(CancellationToken cancellation)
    {
        for (var tries = 0; ; tries++)
        {
            var found = await FindAsync(store, cancellation);
            if (found is not null && EpochOf(found) > epoch) throw Lost(EpochOf(found));
            if (found is not null && EpochOf(found) == epoch)
            {
                _tag = found.ETag;
                return;
            }

            try
            {
                if (found is null) await StoreAsync(ReadOnlyMemory<byte>.Empty, null, cancellation);
                else _tag = (await store.HeadBlob().SetMetadataAsync(Metadata(), new BlobRequestConditions { IfMatch = found.ETag }, cancellation)).Value.ETag;
                return;
            }
            catch (RequestFailedException cause) when (BlobFailure.IsOvertaken(cause) && tries < TakeoversMax)
            {
                // The owner before has written once more; or the answer to our own write got lost.
            }
        }
    }

    public async Task<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var answer = await store.HeadBlob().DownloadContentAsync(new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = _tag } }, cancellation);
            var head = await FrameReader.ReadAllAsync(answer.Value.Content.ToStream(), _place, Name, cancellation);
            return head.IsEmpty ? default(ReadOnlyMemory<byte>?) : head;
        }
        catch (RequestFailedException cause) when (BlobFailure.IsOvertaken(cause))
        {
            var found = await FindAsync(store, cancellation);
            if (found is null || EpochOf(found) != epoch) throw Lost(found is null ? 0 : EpochOf(found), cause);

            // A write of ours whose answer got lost.
            _tag = found.ETag;
            return await ReadAsync(cancellation);
        }
        catch (RequestFailedException cause) when (BlobFailure.IsMissing(cause))
        {
            throw new CheckpointDamagedException(_place, "it was there and is gone.", cause);
        }
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> head, CancellationToken cancellation)
    {
        _number++;
        try
        {
            await StoreAsync(head, _tag, cancellation);
        }
        catch (RequestFailedException cause) when (BlobFailure.IsOvertaken(cause))
        {
            var found = await FindAsync(store, cancellation);
            if (found is null || EpochOf(found) != epoch) throw Lost(found is null ? 0 : EpochOf(found), cause);

            // Our own: this write, whose answer got lost, or one before it that the caller gave up.
            _tag = found.ETag;
            if (NumberOf(found) != _number) await StoreAsync(head, _tag, cancellation);
        }
        catch (RequestFailedException cause) when (BlobFailure.IsMissing(cause))
        {
            throw Lost(0, cause);
        }
    }

    private static async Task<BlobProperties?> FindAsync(BlobConnection store, CancellationToken cancellation)
    {
        try
        {
            return await store.HeadBlob().GetPropertiesAsync(cancellationToken: cancellation);
        }
        catch (RequestFailedException cause) when (BlobFailure.IsMissing(cause))
        {
            return null;
        }
    }

    private static long EpochOf(BlobProperties head) => Number(head, EpochKey);

    private static long NumberOf(BlobProperties head) => Number(head, NumberKey);

    private static long Number(BlobProperties head, string key) =>
        head.Metadata.TryGetValue(key, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private async Task StoreAsync(ReadOnlyMemory<byte> head, ETag? tag, CancellationToken cancellation)
    {
        using var framed = new MemoryStream();
        await FrameWriter.WriteAsync(framed, Name, (stream, stop) => stream.WriteAsync(head, stop).AsTask(), cancellation);
        framed.Position = 0;
        var conditions = tag is { } known ? new BlobRequestConditions { IfMatch = known } : new BlobRequestConditions { IfNoneMatch = ETag.All };
        _tag = (await store.HeadBlob().UploadAsync(framed, new BlobUploadOptions { Metadata = Metadata(), Conditions = conditions }, cancellation)).Value.ETag;
    }

    private Dictionary<string, string> Metadata() => new(StringComparer.Ordinal)
    {
        [EpochKey] = epoch.ToString(CultureInfo.InvariantCulture),
        [NumberKey] = _number.ToString(CultureInfo.InvariantCulture),
    };

    private LeaseLostException Lost(long owner, Exception? cause = null) =>
        new(epoch, owner == 0 ? $"{_place} was removed." : $"epoch {owner} owns {_place} now.", cause);
}
