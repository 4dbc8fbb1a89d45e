using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Detector.Checkpoints.Tests;

/// <summary>
/// Two workers that take the store from one another while they write, from a seed. Each keeps what it was told; at the
/// end <see cref="Check"/> holds the promises against it.
/// </summary>
internal sealed class Fight(Func<ICheckpointStore> store, int seed, int rounds)
{
    // Two workers on a slow machine could take the store from each other for ever before either has written.
    private const int RoundsMax = 1000;
    private const int Enough = 10;

    private readonly Lock _gate = new();
    private readonly List<Write> _writes = [];
    private readonly List<Takeover> _takeovers = [];
    private long _ticks;

    /// <summary>Heads whose writer was told that they are written.</summary>
    public int Accepted => _writes.Count(write => write.IsAccepted);

    /// <summary>How often the store changed hands.</summary>
    public int Takeovers => _takeovers.Count;

    /// <summary>Whether enough happened for the promises to have been at stake.</summary>
    public bool IsFought
    {
        get
        {
            lock (_gate) return _takeovers.Count > Enough && Accepted > Enough;
        }
    }

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, 2).Select(worker => Task.Run(() => WorkAsync(worker, stop), stop)));

    /// <summary>Holds what happened against what is promised.</summary>
    public void Check()
    {
        Assert.Equal(_takeovers.Count, _takeovers.Select(takeover => takeover.Epoch).Distinct().Count());
        foreach (var takeover in _takeovers)
        {
            // Time goes one way: who asked after another was the owner gets a greater epoch.
            Assert.All(_takeovers.Where(other => other.Asked > takeover.Granted), other => Assert.True(other.Epoch > takeover.Epoch));

            // At most one can write: nothing that an older epoch begins after this one was granted is accepted.
            Assert.DoesNotContain(_writes, write => write.IsAccepted && write.Epoch < takeover.Epoch && write.Begun > takeover.Granted);

            // Nothing is lost: the head found is the last one accepted before, or one whose writer had no answer yet.
            var last = _writes.Where(write => write.IsAccepted && write.Epoch < takeover.Epoch).MaxBy(write => (write.Epoch, write.Number));
            if (last is null) continue;
            var found = Assert.Single(_writes, write => write.Text == takeover.Head);
            Assert.True((found.Epoch, found.Number).CompareTo((last.Epoch, last.Number)) >= 0, $"epoch {takeover.Epoch} found '{takeover.Head}', and '{last.Text}' was accepted after it.");
        }
    }

    private async Task WorkAsync(int worker, CancellationToken stop)
    {
        var random = new Random((seed * 2) + worker);
        var place = store();
        var held = 0;
        for (var round = 0; round < rounds || (round < RoundsMax && !IsFought); round++)
        {
            // One who waits no longer than the other holds the store interrupts each of its turns; half of the time it waits longer.
            await Task.Delay(random.Next(0, 12 + (held * 2)), stop);
            var began = Stopwatch.GetTimestamp();
            var asked = Interlocked.Increment(ref _ticks);
            await using var lease = await TryAcquireAsync(place, $"worker {worker}", stop);
            if (lease is null) continue;
            try
            {
                var head = await lease.ReadHeadAsync(stop) is { } bytes ? Whole(bytes) : null;
                lock (_gate) _takeovers.Add(new Takeover(lease.Epoch, asked, Interlocked.Increment(ref _ticks), head));
                for (var number = random.Next(1, 6); number > 0; number--) await WriteAsync(lease, random, 6 - number, stop);
                await lease.RemovePartsExceptAsync(new HashSet<string>([$"part-{lease.Epoch}"], StringComparer.Ordinal), stop);
            }
            catch (Exception cause) when (cause is LeaseLostException or IOException)
            {
                // The other one won, or the store failed.
            }

            held = (int)Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
    }

    private async Task WriteAsync(ICheckpointLease lease, Random random, int number, CancellationToken stop)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{lease.Epoch} {number}");
        if (random.Next(3) == 0) await lease.WritePartAsync($"part-{lease.Epoch}", (stream, cancellation) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellation).AsTask(), stop);
        var write = new Write(lease.Epoch, number, text, Interlocked.Increment(ref _ticks));
        lock (_gate) _writes.Add(write);
        try
        {
            await lease.WriteHeadAsync(Filled(text, random.Next(1, 400_000)), stop);
            write.IsAccepted = true;
        }
        catch (IOException)
        {
            // Nobody knows whether it is written; the next write is.
        }
    }

    private static async Task<ICheckpointLease?> TryAcquireAsync(ICheckpointStore place, string owner, CancellationToken stop)
    {
        try
        {
            return await place.TryAcquireAsync(owner, stop);
        }
        catch (IOException)
        {
            return null;
        }
    }

    // The text over and over, so that a mixture of two heads is seen.
    private static byte[] Filled(string text, int length)
    {
        var bytes = new byte[length + text.Length + 1];
        var unit = Encoding.UTF8.GetBytes(text + "|");
        for (var i = 0; i < bytes.Length; i++) bytes[i] = unit[i % unit.Length];
        return bytes;
    }

    private static string Whole(ReadOnlyMemory<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes.Span[..bytes.Span.IndexOf((byte)'|')]);
        Debug.Assert(text.Length > 0, "A head begins with its text.");
        Assert.Equal(Filled(text, bytes.Length - text.Length - 1), bytes.ToArray());
        return text;
    }

    private sealed record Write(long Epoch, int Number, string Text, long Begun)
    {
        public bool IsAccepted { get; set; }
    }

    private sealed record Takeover(long Epoch, long Asked, long Granted, string? Head);
}
