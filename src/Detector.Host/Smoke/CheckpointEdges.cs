using System.Security.Cryptography;
using Detector.Checkpoints;
using Detector.Host.Run;
using Detector.Host.Run.Settings;

namespace Detector.Host.Smoke;

/// <summary>
/// The store of checkpoints: owned, written, read and given back, under a prefix of its own, so that the worker beside it
/// notices nothing.
/// </summary>
internal static class CheckpointEdges
{
    /// <summary>The folder, or the beginning of the names of blobs, that the test uses.</summary>
    public const string Prefix = "smoke-test";

    private const int Bytes = 100_000;
    private static readonly TimeSpan s_standBy = TimeSpan.FromSeconds(1);

    public static IEnumerable<SmokeEdge> Of(CheckpointSettings settings, TimeProvider clock)
    {
        var folder = settings.Blobs is null ? Path.Combine(settings.Path, Prefix) : null;
        var own = settings with
        {
            Path = folder ?? settings.Path,
            Blobs = settings.Blobs is { } blobs ? blobs with { Prefix = blobs.Prefix.Length == 0 || blobs.Prefix.EndsWith('/') ? $"{blobs.Prefix}{Prefix}" : $"{blobs.Prefix}/{Prefix}" } : null,
        };
        yield return new SmokeEdge("checkpoints", async stop =>
        {
            try
            {
                return await TryAsync(WorkerComposition.Store(own, clock), clock, stop);
            }
            finally
            {
                if (folder is not null && Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            }
        });
    }

    private static async Task<string> TryAsync(ICheckpointStore store, TimeProvider clock, CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        await using (var lease = await AcquireAsync(store, clock, stop))
        {
            var bytes = RandomNumberGenerator.GetBytes(Bytes);
            await lease.WritePartAsync("part", (stream, cancellation) => stream.WriteAsync(bytes, cancellation).AsTask(), stop);
            await lease.WriteHeadAsync(bytes.AsMemory(0, 100), stop);
            var head = await lease.ReadHeadAsync(stop);
            await using var part = await lease.ReadPartAsync("part", stop);
            using var read = new MemoryStream();
            await part.CopyToAsync(read, stop);
            if (!bytes.AsSpan().SequenceEqual(read.ToArray()) || head is not { } written || !bytes.AsSpan(0, 100).SequenceEqual(written.Span)) throw new IOException("What was read is not what was written.");
            await lease.RemovePartsExceptAsync(new HashSet<string>(StringComparer.Ordinal), stop);
        }

        // Who comes next need not wait, if it was given back.
        await using var again = await store.TryAcquireAsync("smoke test", stop) ?? throw new IOException("The lease was not given back.");
        return $"owned, written, read and given back in {clock.GetElapsedTime(began).TotalMilliseconds:N0} ms, under {Prefix}";
    }

    // One that was cut off before may still seem to hold it.
    private static async Task<ICheckpointLease> AcquireAsync(ICheckpointStore store, TimeProvider clock, CancellationToken stop)
    {
        while (true)
        {
            if (await store.TryAcquireAsync("smoke test", stop) is { } lease) return lease;
            await Task.Delay(s_standBy, clock, stop);
        }
    }
}
