using Azure.Core;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;

namespace Detector.Checkpoints.Blobs;

/// <summary>The container, and the blobs in it. Every request has an end: its tries are counted, and each has its time.</summary>
internal sealed class BlobConnection
{
    private const string Owner = "owner";
    private const string Head = "head";
    private const string Parts = "parts/";

    private readonly BlobContainerClient _container;
    private readonly BlobContainerClient _renewing;
    private readonly string _prefix;

    public BlobConnection(BlobCheckpointOptions options)
    {
        _prefix = options.Prefix.Length == 0 || options.Prefix.EndsWith('/') ? options.Prefix : options.Prefix + "/";
        _container = Connect(options, options.TryTimeout, options.RetriesMax);

        // The next renewal is the retry.
        _renewing = Connect(options, options.LeaseTime / 4, retries: 0);
    }

    /// <summary>As errors name it: without what a SAS gives away.</summary>
    public string Name => $"{_container.Uri.GetLeftPart(UriPartial.Path)}/{_prefix}";

    public string PartsPrefix => _prefix + Parts;

    public BlobContainerClient Container => _container;

    public BlockBlobClient OwnerBlob(bool isRenewing) => (isRenewing ? _renewing : _container).GetBlockBlobClient(_prefix + Owner);

    public BlockBlobClient HeadBlob() => _container.GetBlockBlobClient(_prefix + Head);

    public BlockBlobClient Blob(string name) => _container.GetBlockBlobClient(name);

    private static BlobContainerClient Connect(BlobCheckpointOptions options, TimeSpan tryTimeout, int retries)
    {
        var settings = new BlobClientOptions
        {
            Retry = { Mode = RetryMode.Exponential, MaxRetries = retries, Delay = TimeSpan.FromMilliseconds(100), MaxDelay = TimeSpan.FromSeconds(2), NetworkTimeout = tryTimeout },
        };
        if (options.Credential is { } credential) return new BlobContainerClient(options.Container, credential, settings);
        if (options.AccountKey is { } key) return new BlobContainerClient(options.Container, new StorageSharedKeyCredential(new BlobUriBuilder(options.Container).AccountName, key), settings);
        return new BlobContainerClient(options.Container, settings);
    }
}
