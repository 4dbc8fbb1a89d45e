using Azure.Core;

namespace Detector.Checkpoints.Blobs;

/// <summary>Which container keeps checkpoints, as whom it is used, and how patient everybody is.</summary>
public sealed record BlobCheckpointOptions
{
    /// <summary>The container, such as <c>https://account.blob.core.windows.net/checkpoints</c>; it must exist. A SAS in it is used.</summary>
    public required Uri Container { get; init; }

    /// <summary>Who uses it. Either this, <see cref="AccountKey"/> or a SAS.</summary>
    public TokenCredential? Credential { get; init; }

    /// <summary>The key of the storage account, for an emulator or where there are no identities.</summary>
    public string? AccountKey { get; init; }

    /// <summary>What the names of blobs begin with, so that several workers can share a container.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>
    /// An owner that was silent for so long has lost the store to whoever stands by; it stops itself at two thirds of
    /// it. It renews four times within it, and pays for that many writes.
    /// </summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one try of a request may take; those that renew have a quarter of <see cref="LeaseTime"/>.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Tries of a request after the first.</summary>
    public int RetriesMax { get; init; } = 3;

    internal IEnumerable<string> Problems()
    {
        var isHere = Container.IsLoopback && Container.Scheme == Uri.UriSchemeHttp;
        if (!isHere && Container.Scheme != Uri.UriSchemeHttps) yield return "The container needs an https address; http is for an emulator on this machine alone.";
        if (isHere && Credential is not null) yield return "A token does not go over plain http.";
        var ways = (Credential is null ? 0 : 1) + (AccountKey is null ? 0 : 1) + (Container.Query.Contains("sig=", StringComparison.Ordinal) ? 1 : 0);
        if (ways != 1) yield return "Exactly one of a credential, an account key and a SAS in the address is needed.";
        if (LeaseTime < TimeSpan.FromSeconds(1) || TryTimeout <= TimeSpan.Zero || RetriesMax is < 0 or > 10) yield return "A lease of at least a second, a time for a try, and 0 to 10 retries are needed.";
        if (Prefix.StartsWith('/') || Prefix.Contains("..", StringComparison.Ordinal) || Prefix.Contains('\\', StringComparison.Ordinal)) yield return "The prefix begins with a name and leads nowhere else.";
    }
}
