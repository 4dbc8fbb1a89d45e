using System.Text;

namespace Detector.Checkpoints.Tests;

/// <summary>What every store promises. A class for each store runs them.</summary>
public abstract class CheckpointStoreTests
{
    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A worker's view of the one place that a test uses.</summary>
    /// <param name="takesFromTheLiving">Whether it takes over although the owner has not let go: as if that one had gone silent.</param>
    protected abstract ICheckpointStore Store(bool takesFromTheLiving = false);

    protected async Task<ICheckpointLease> AcquireAsync(string owner = "a", bool takesFromTheLiving = false) =>
        await Store(takesFromTheLiving).TryAcquireAsync(owner, Stop) ?? throw new InvalidOperationException("Another holds the lease.");

    protected static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public async Task A_new_store_has_no_head()
    {
        await using var lease = await AcquireAsync();
        Assert.Null(await lease.ReadHeadAsync(Stop));
        Assert.True(lease.Epoch > 0);
        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task The_next_owner_finds_the_head_that_was_written_last()
    {
        long epoch = 0;
        for (var i = 0; i < 4; i++)
        {
            await using var lease = await AcquireAsync();
            Assert.True(lease.Epoch > epoch);
            epoch = lease.Epoch;
            Assert.Equal(i == 0 ? null : $"{i - 1} second", await HeadAsync(lease));
            await lease.WriteHeadAsync(Text($"{i} first"), Stop);
            await lease.WriteHeadAsync(Text($"{i} second"), Stop);
            Assert.Equal($"{i} second", await HeadAsync(lease));
        }
    }

    [Fact]
    public async Task A_head_of_many_bytes_comes_back()
    {
        var head = new byte[3_000_001];
        new Random(1).NextBytes(head);
        await using var lease = await AcquireAsync();
        await lease.WriteHeadAsync(head, Stop);
        Assert.Equal(head, (await lease.ReadHeadAsync(Stop))!.Value.ToArray());
    }

    [Fact]
    public async Task An_empty_head_is_refused()
    {
        await using var lease = await AcquireAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => lease.WriteHeadAsync(ReadOnlyMemory<byte>.Empty, Stop));
        Assert.Null(await lease.ReadHeadAsync(Stop));
    }

    [Fact]
    public async Task One_owner_at_a_time()
    {
        var standby = Store();
        var lease = await AcquireAsync();
        Assert.Null(await standby.TryAcquireAsync("b", Stop));
        Assert.Null(await standby.TryAcquireAsync("b", Stop));
        await lease.WriteHeadAsync(Text("from a"), Stop);
        await lease.DisposeAsync();

        await using var next = await standby.TryAcquireAsync("b", Stop);
        Assert.NotNull(next);
        Assert.True(next.Epoch > lease.Epoch);
        Assert.Equal("from a", await HeadAsync(next));
        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task An_owner_that_lost_the_lease_can_do_nothing_and_is_told()
    {
        await using var old = await AcquireAsync("old");
        await old.WriteHeadAsync(Text("old"), Stop);
        await old.WritePartAsync("part-1", Content("old"), Stop);
        await using var next = await AcquireAsync("next", takesFromTheLiving: true);
        Assert.True(next.Epoch > old.Epoch);

        await Assert.ThrowsAsync<LeaseLostException>(() => old.WriteHeadAsync(Text("stale"), Stop));
        await Assert.ThrowsAsync<LeaseLostException>(() => old.WritePartAsync("part-2", Content("stale"), Stop));
        await Assert.ThrowsAsync<LeaseLostException>(() => old.RemovePartsExceptAsync(new HashSet<string>(StringComparer.Ordinal), Stop));
        await Assert.ThrowsAsync<LeaseLostException>(() => old.ReadHeadAsync(Stop));
        Assert.True(old.Lost.IsCancellationRequested);

        Assert.Equal("old", await HeadAsync(next));
        Assert.Equal("old", await PartAsync(next, "part-1"));
        await next.WriteHeadAsync(Text("next"), Stop);
        Assert.Equal("next", await HeadAsync(next));
        Assert.False(next.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_lost_lease_is_noticed_without_writing()
    {
        await using var old = await AcquireAsync("old");
        await using var next = await AcquireAsync("next", takesFromTheLiving: true);
        var noticed = new TaskCompletionSource();
        await using var registration = old.Lost.Register(noticed.SetResult);
        await noticed.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256 * 1024 - 1)]
    [InlineData(256 * 1024)]
    [InlineData(256 * 1024 + 1)]
    [InlineData(9_000_000)]
    public async Task A_part_comes_back(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        await using (var lease = await AcquireAsync())
        {
            await lease.WritePartAsync("state.1", (stream, stop) => WritePiecesAsync(stream, content, stop), Stop);
            Assert.Equal(content, await BytesAsync(lease, "state.1"));
        }

        await using var next = await AcquireAsync();
        Assert.Equal(content, await BytesAsync(next, "state.1"));
    }

    [Fact]
    public async Task A_part_can_be_written_again()
    {
        await using (var lease = await AcquireAsync())
        {
            await lease.WritePartAsync("p", Content("first, and longer"), Stop);
            await lease.WritePartAsync("p", Content("second"), Stop);
            Assert.Equal("second", await PartAsync(lease, "p"));
        }

        await using var next = await AcquireAsync();
        Assert.Equal("second", await PartAsync(next, "p"));
        await next.WritePartAsync("p", Content("third"), Stop);
        Assert.Equal("third", await PartAsync(next, "p"));
        await next.RemovePartsExceptAsync(new HashSet<string>(["p"], StringComparer.Ordinal), Stop);
        Assert.Equal("third", await PartAsync(next, "p"));
    }

    [Fact]
    public async Task A_part_whose_writing_failed_is_not_there()
    {
        await using var lease = await AcquireAsync();
        await Assert.ThrowsAsync<InvalidDataException>(() => lease.WritePartAsync("p", FailAsync, Stop));
        await Assert.ThrowsAsync<CheckpointDamagedException>(() => lease.ReadPartAsync("p", Stop));

        await lease.WritePartAsync("q", Content("whole"), Stop);
        await Assert.ThrowsAsync<InvalidDataException>(() => lease.WritePartAsync("q", FailAsync, Stop));
        Assert.Equal("whole", await PartAsync(lease, "q"));

        static async Task FailAsync(Stream stream, CancellationToken stop)
        {
            await stream.WriteAsync(new byte[5_000_000], stop);
            throw new InvalidDataException("The state cannot be written.");
        }
    }

    [Fact]
    public async Task A_part_whose_writing_was_stopped_is_not_there()
    {
        await using var lease = await AcquireAsync();
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lease.WritePartAsync(
            "p",
            async (stream, cancellation) =>
            {
                await stream.WriteAsync(new byte[600_000], cancellation);
                await stop.CancelAsync();
                await stream.WriteAsync(new byte[600_000], CancellationToken.None);
            },
            stop.Token));
        await Assert.ThrowsAsync<CheckpointDamagedException>(() => lease.ReadPartAsync("p", Stop));
    }

    [Fact]
    public async Task Parts_are_written_side_by_side()
    {
        await using var lease = await AcquireAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => lease.WritePartAsync($"p{i}", Content($"part {i}"), Stop)));
        foreach (var i in Enumerable.Range(0, 8)) Assert.Equal($"part {i}", await PartAsync(lease, $"p{i}"));
    }

    [Fact]
    public async Task Only_the_named_parts_stay()
    {
        await using (var first = await AcquireAsync())
        {
            foreach (var name in new[] { "a", "b", "c" }) await first.WritePartAsync(name, Content(name), Stop);
        }

        await using var lease = await AcquireAsync();
        await lease.WritePartAsync("d", Content("d"), Stop);
        await lease.RemovePartsExceptAsync(new HashSet<string>(["b", "d", "never-was"], StringComparer.Ordinal), Stop);
        Assert.Equal("b", await PartAsync(lease, "b"));
        Assert.Equal("d", await PartAsync(lease, "d"));
        await Assert.ThrowsAsync<CheckpointDamagedException>(() => lease.ReadPartAsync("a", Stop));
        await Assert.ThrowsAsync<CheckpointDamagedException>(() => lease.ReadPartAsync("c", Stop));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("../head")]
    [InlineData("/etc/passwd")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("a\n")]
    [InlineData("a\0")]
    public async Task A_name_that_could_lead_elsewhere_is_refused(string name)
    {
        await using var lease = await AcquireAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(() => lease.WritePartAsync(name, Content("x"), Stop));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => lease.ReadPartAsync(name, Stop));
    }

    [Fact]
    public async Task A_name_has_a_length()
    {
        await using var lease = await AcquireAsync();
        var longest = new string('n', 100);
        await lease.WritePartAsync(longest, Content("x"), Stop);
        Assert.Equal("x", await PartAsync(lease, longest));
        await Assert.ThrowsAsync<ArgumentException>(() => lease.WritePartAsync(longest + "n", Content("x"), Stop));
    }

    [Fact]
    public async Task A_lease_that_was_given_back_is_of_no_use()
    {
        var lease = await AcquireAsync();
        await lease.DisposeAsync();
        await lease.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => lease.WriteHeadAsync(Text("x"), Stop));
    }

    protected static Func<Stream, CancellationToken, Task> Content(string text) => (stream, stop) => stream.WriteAsync(Text(text), stop).AsTask();

    protected static async Task<string?> HeadAsync(ICheckpointLease lease) =>
        await lease.ReadHeadAsync(Stop) is { } head ? Encoding.UTF8.GetString(head.Span) : null;

    protected static async Task<string> PartAsync(ICheckpointLease lease, string name) => Encoding.UTF8.GetString(await BytesAsync(lease, name));

    protected static async Task<byte[]> BytesAsync(ICheckpointLease lease, string name)
    {
        await using var stream = await lease.ReadPartAsync(name, Stop);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Stop);
        return copy.ToArray();
    }

    private static async Task WritePiecesAsync(Stream stream, ReadOnlyMemory<byte> content, CancellationToken stop)
    {
        var pieces = new Random(content.Length);
        while (!content.IsEmpty)
        {
            var piece = content[..Math.Min(content.Length, pieces.Next(1, 400_000))];
            await stream.WriteAsync(piece, stop);
            content = content[piece.Length..];
        }
    }
}
