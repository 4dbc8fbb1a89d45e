using System.Xml;
using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace Detector.Checkpoints.Blobs;

/// <summary>What the clients throw, in the words of this project.</summary>
internal static class BlobFailure
{
    private const int PreconditionFailed = 412;
    private const int Conflict = 409;
    private const int NotFound = 404;

    /// <summary>Whether somebody was there before: the blob is not as it was, or was made meanwhile.</summary>
    public static bool IsOvertaken(RequestFailedException cause) => cause.Status == PreconditionFailed || (cause.Status == Conflict && cause.ErrorCode == BlobErrorCode.BlobAlreadyExists);

    /// <summary>Whether the blob, and not the container, is missing.</summary>
    public static bool IsMissing(RequestFailedException cause) => cause.Status == NotFound && cause.ErrorCode != BlobErrorCode.ContainerNotFound;

    /// <summary>Whether this is the store's failure, and not a caller's that stopped.</summary>
    public static bool Is(Exception cause, CancellationToken cancellation) => cause switch
    {
        RequestFailedException or AuthenticationFailedException or AggregateException or XmlException => true,
        OperationCanceledException => !cancellation.IsCancellationRequested,
        _ => false,
    };

    /// <summary>What is wrong, where, and what to do about it.</summary>
    public static IOException Told(Exception cause, string place)
    {
        var reason = cause is AggregateException { InnerExceptions: [.., var last] } ? last : cause;
        var text = reason.Message.Split('\n')[0].TrimEnd('\r', '.', ' ');
        return new IOException(
            reason switch
            {
                RequestFailedException { Status: NotFound, ErrorCode: "ContainerNotFound" } => $"{place}: the container does not exist. Create it, and give the identity the role 'Storage Blob Data Contributor' on it.",
                RequestFailedException { Status: 401 or 403 } refused => $"{place}: it may not be used ({refused.ErrorCode}: {text}). Give the identity the role 'Storage Blob Data Contributor' on the container; a new role may take some minutes.",
                RequestFailedException { Status: > 0 } failed => $"{place}: the blob store answers {failed.Status} {failed.ErrorCode}: {text}. It is asked again.",
                AuthenticationFailedException => $"{place}: no token could be had: {text}. Check the credential that is configured.",
                OperationCanceledException => $"{place}: the blob store does not answer in time. It is asked again.",
                _ => $"{place}: the blob store cannot be reached: {text}. It is asked again.",
            },
            cause);
    }
}
