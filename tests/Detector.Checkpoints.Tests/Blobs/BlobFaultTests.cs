using System.Diagnostics;
using System.Text;
using Azure.Storage.Blobs.Models;
using Detector.Checkpoints.Blobs;

namespace Detector.Checkpoints.Tests.Blobs;

/// <summary>What a service that is busy, silent, gone or wrong does to a checkpoint.</summary>
[Collection(Azurite.Collection)]
public sealed class BlobFaultTests(Azurite azurite) : IAsyncLifetime
{
    private FaultyLine? _line;
    private BlobCheckpointOptions? _options;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private FaultyLine Line => _line!;

    public async ValueTask InitializeAsync()
    {
        _line = new FaultyLine(azurite.Endpoint, _ => LineFault.None);
        _options = await azurite.ContainerAsync(_line.Endpoint) with { TryTimeout = TimeSpan.FromSeconds(1), LeaseTime = TimeSpan.FromSeconds(60) };
    }

    public ValueTask DisposeAsync()
    {
        _line?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("Busy")]
    [InlineData("CutBefore")]
    [InlineData("CutAfter")]
    [InlineData("Precondition")]
    [InlineData("Hang")]
    public async Task A_fault_that_passes_is_not_felt(string fault)
    {
        await using var lease = await AcquireAsync();
        await lease.WriteHeadAsync(Text("old"), Stop);
        Once(IsHeadWrite, Enum.Parse<LineFault>(fault));
        await lease.WriteHeadAsync(Text("new"), Stop);
        Assert.Equal(1, Line.Count(Enum.Parse<LineFault>(fault)));
        Assert.Equal("new", await HeadAsync(lease));
        await lease.WriteHeadAsync(Text("newer"), Stop);
        Assert.Equal("newer", await HeadAsync(lease));
        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [Theory]
    [InlineData("Busy")]
    [InlineData("CutBefore")]
    [InlineData("Hang")]
    public async Task A_fault_that_stays_is_told_in_time_and_leaves_the_old_head(string fault)
    {
        await using var lease = await AcquireAsync();
        await lease.WriteHeadAsync(Text("old"), Stop);
        Line.Fault = _ => Enum.Parse<LineFault>(fault);
        var watch = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<IOException>(() => lease.WriteHeadAsync(Text("new"), Stop));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
        Assert.Contains("the blob store", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(() => lease.ReadHeadAsync(Stop));
        await Assert.ThrowsAsync<IOException>(() => lease.WritePartAsync("p", (stream, stop) => stream.WriteAsync(Text("x"), stop).AsTask(), Stop));

        Line.Fault = _ => LineFault.None;
        Assert.Equal("old", await HeadAsync(lease));
        await lease.WriteHeadAsync(Text("new"), Stop);
        Assert.Equal("new", await HeadAsync(lease));
    }

    [Fact]
    public async Task A_write_that_was_done_though_nobody_was_told_is_written_over()
    {
        await using var lease = await AcquireAsync();
        await lease.WriteHeadAsync(Text("old"), Stop);
        var isDone = false;
        Line.Fault = request => !IsHeadWrite(request) ? isDone ? LineFault.Busy : LineFault.None : isDone ? LineFault.CutBefore : Done();
        await Assert.ThrowsAsync<IOException>(() => lease.WriteHeadAsync(Text("unknown"), Stop));
        Line.Fault = _ => LineFault.None;
        await lease.WriteHeadAsync(Text("new"), Stop);
        Assert.Equal("new", await HeadAsync(lease));

        LineFault Done()
        {
            isDone = true;
            return LineFault.CutAfter;
        }
    }

    [Fact]
    public async Task An_owner_that_is_cut_off_stops_itself_and_another_takes_over_within_seconds()
    {
        var options = _options! with { LeaseTime = TimeSpan.FromSeconds(2) };
        await using var old = await new BlobCheckpointStore(options).TryAcquireAsync("old", Stop);
        await old!.WriteHeadAsync(Text("old"), Stop);
        var standby = new BlobCheckpointStore(options with { Container = new Uri(azurite.Endpoint, options.Container.AbsolutePath) });
        Assert.Null(await standby.TryAcquireAsync("next", Stop));
        await Task.Delay(TimeSpan.FromSeconds(3), Stop);
        Assert.Null(await standby.TryAcquireAsync("next", Stop));

        Line.Fault = _ => LineFault.Hang;
        var watch = Stopwatch.StartNew();
        ICheckpointLease? next = null;
        while (next is null)
        {
            await Task.Delay(50, Stop);
            next = await standby.TryAcquireAsync("next", Stop);
        }

        Assert.True(old.Lost.IsCancellationRequested, "The old owner did not stop before the next began.");
        Assert.InRange(watch.Elapsed.TotalSeconds, 1, 8);
        Assert.Equal("old", await HeadAsync(next));
        await next.WriteHeadAsync(Text("next"), Stop);
        Line.Fault = _ => LineFault.None;
        await Assert.ThrowsAsync<LeaseLostException>(() => old.WriteHeadAsync(Text("stale"), Stop));
        Assert.Equal("next", await HeadAsync(next));
        await next.DisposeAsync();
    }

    [Fact]
    public async Task A_renewal_that_was_done_though_nobody_was_told_keeps_the_lease()
    {
        var options = _options! with { LeaseTime = TimeSpan.FromSeconds(2) };
        await using var lease = await new BlobCheckpointStore(options).TryAcquireAsync("a", Stop);
        var beats = 0;
        Line.Fault = request => request.Method == "PUT" && request.Path.Contains("/owner", StringComparison.Ordinal) && ++beats % 2 == 0 ? LineFault.CutAfter : LineFault.None;
        await Task.Delay(TimeSpan.FromSeconds(6), Stop);
        Assert.False(lease!.Lost.IsCancellationRequested);
        Assert.True(beats > 6);
        await lease.WriteHeadAsync(Text("x"), Stop);
    }

    [Fact]
    public async Task A_container_that_is_not_there_is_named()
    {
        var missing = await azurite.ContainerAsync(isMade: false);
        var failure = await Assert.ThrowsAsync<IOException>(() => new BlobCheckpointStore(missing).TryAcquireAsync("a", Stop));
        Assert.StartsWith(missing.Container.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Contains("the container does not exist. Create it", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_is_missing_is_named()
    {
        Line.Fault = _ => LineFault.Forbidden;
        var failure = await Assert.ThrowsAsync<IOException>(() => new BlobCheckpointStore(_options!).TryAcquireAsync("a", Stop));
        Assert.Contains("'Storage Blob Data Contributor'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_changed_from_outside_is_refused()
    {
        await using var lease = await AcquireAsync();
        await lease.WriteHeadAsync(Text("a head"), Stop);
        await lease.WritePartAsync("p", (stream, stop) => stream.WriteAsync(new byte[1000], stop).AsTask(), Stop);
        await lease.DisposeAsync();
        var container = azurite.Client(_options!.Container.Segments[^1]);
        await foreach (var blob in container.GetBlobsAsync(cancellationToken: Stop))
        {
            if (blob.Name == "owner") continue;
            var client = container.GetBlobClient(blob.Name);
            var bytes = (await client.DownloadContentAsync(Stop)).Value.Content.ToArray();
            bytes[^40] ^= 1;
            await client.UploadAsync(new BinaryData(bytes), new BlobUploadOptions { Metadata = (await client.GetPropertiesAsync(cancellationToken: Stop)).Value.Metadata }, Stop);
        }

        await using var next = await AcquireAsync();
        await Assert.ThrowsAsync<CheckpointDamagedException>(() => next.ReadHeadAsync(Stop));
        await Assert.ThrowsAsync<CheckpointDamagedException>(async () => await (await next.ReadPartAsync("p", Stop)).ReadExactlyAsync(new byte[1000], Stop));
    }

    [Fact]
    public async Task Epochs_grow_even_when_the_owners_blob_was_removed()
    {
        long epoch;
        await using (var lease = await AcquireAsync()) epoch = lease.Epoch;
        await azurite.Client(_options!.Container.Segments[^1]).DeleteBlobAsync("owner", cancellationToken: Stop);
        await using var next = await AcquireAsync();
        Assert.True(next.Epoch > epoch);
    }

    [Theory]
    [InlineData("http://account.blob.core.windows.net/c", "key")]
    [InlineData("https://account.blob.core.windows.net/c", null)]
    [InlineData("https://account.blob.core.windows.net/c?sv=1&sig=x", "key")]
    public void Options_that_make_no_sense_are_refused(string container, string? key) =>
        Assert.Throws<ArgumentException>(() => new BlobCheckpointStore(new BlobCheckpointOptions { Container = new Uri(container), AccountKey = key }));

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static async Task<string?> HeadAsync(ICheckpointLease lease) =>
        await lease.ReadHeadAsync(Stop) is { } head ? Encoding.UTF8.GetString(head.Span) : null;

    private static bool IsHeadWrite(LineRequest request) => request.Method == "PUT" && request.Path.Contains("/head", StringComparison.Ordinal);

    private async Task<ICheckpointLease> AcquireAsync() => (await new BlobCheckpointStore(_options!).TryAcquireAsync("a", Stop))!;

    private void Once(Func<LineRequest, bool> when, LineFault fault)
    {
        var isPlayed = 0;
        Line.Fault = request => when(request) && Interlocked.Exchange(ref isPlayed, 1) == 0 ? fault : LineFault.None;
    }
}
