using System.Globalization;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;

namespace Detector.Checkpoints.Blobs;

/// <summary>What the owner's blob says: it has no content, and this as its metadata.</summary>
/// <param name="Epoch">Grows with each owner.</param>
/// <param name="Claim">Drawn by the owner, so that it knows its own writes even when an answer got lost.</param>
/// <param name="Name">For people.</param>
/// <param name="IsFree">Whether the owner gave it back.</param>
/// <param name="Beat">Counts renewals.</param>
/// <param name="ETag">Of the blob that says so.</param>
internal sealed record BlobOwner(long Epoch, string Claim, string Name, bool IsFree, long Beat, ETag ETag)
{
    private const string EpochKey = "epoch";
    private const string ClaimKey = "claim";
    private const string NameKey = "owner";
    private const string FreeKey = "free";
    private const string BeatKey = "beat";

    /// <summary>The owner that comes after <paramref name="epoch"/>.</summary>
    public static BlobOwner After(long epoch, string name) => new(epoch + 1, RandomNumberGenerator.GetHexString(32), name, IsFree: false, Beat: 0, default);

    /// <exception cref="CheckpointDamagedException">The blob is none that an owner writes.</exception>
    public static BlobOwner Of(BlobProperties blob, string place)
    {
        var data = blob.Metadata;
        if (!data.TryGetValue(EpochKey, out var epochText) || !long.TryParse(epochText, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch))
            throw new CheckpointDamagedException(place, "its metadata has no epoch.");
        var beat = data.TryGetValue(BeatKey, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
        return new BlobOwner(epoch, data.TryGetValue(ClaimKey, out var claim) ? claim : "", data.TryGetValue(NameKey, out var name) ? Uri.UnescapeDataString(name) : "", data.ContainsKey(FreeKey), beat, blob.ETag);
    }

    /// <summary>As metadata, whose values are ASCII.</summary>
    public Dictionary<string, string> ToMetadata()
    {
        var data = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [EpochKey] = Epoch.ToString(CultureInfo.InvariantCulture),
            [ClaimKey] = Claim,
            [NameKey] = Uri.EscapeDataString(Name.Length > 100 ? Name[..100] : Name),
            [BeatKey] = Beat.ToString(CultureInfo.InvariantCulture),
        };
        if (IsFree) data[FreeKey] = "yes";
        return data;
    }
}
