using System.Text;
using Detector.Checkpoints.Files;

namespace Detector.Checkpoints.Tests.Files;

/// <summary>The part that grows: what was added is there, whatever happened to the end of it, and damage is seen.</summary>
public sealed class FileLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string LogFile => Directory.EnumerateFiles(Path.Combine(_folder.State, "parts"), "log-1*").Single();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_added_is_read_by_the_next_owner_in_order()
    {
        await WriteAsync("one", "two", new string('x', 300_000));
        Assert.Equal(["one", "two", new string('x', 300_000)], await ReadAsync());
    }

    [Fact]
    public async Task A_new_log_is_empty_and_one_that_never_was_is_damage()
    {
        await WriteAsync();
        Assert.Empty(await ReadAsync());
        await using var lease = await _folder.Store().TryAcquireAsync("b", Stop);
        await Assert.ThrowsAsync<CheckpointDamagedException>(() => lease!.Log!.ReadAsync("log-2", Stop));
    }

    [Fact]
    public async Task Cut_off_at_any_byte_the_records_before_are_there()
    {
        await WriteAsync("one", "two", "three");
        var whole = await File.ReadAllBytesAsync(LogFile, Stop);
        var ends = Array.FindLastIndex(whole, value => value != 0) + 1;
        var first = whole.AsSpan().IndexOf("one"u8) - 16;
        var seen = new HashSet<int>();
        for (var cut = first; cut <= ends; cut++)
        {
            // The file ends there, or has its size and zeros from there on.
            foreach (var torn in (byte[][])[whole[..cut], [.. whole[..cut], .. new byte[whole.Length - cut]]])
            {
                await File.WriteAllBytesAsync(LogFile, torn, Stop);
                var found = await ReadAsync();
                Assert.Equal(((string[])["one", "two", "three"]).Take(found.Count), found);
                seen.Add(found.Count);
            }
        }

        Assert.Equal([0, 1, 2, 3], seen.Order());
    }

    [Fact]
    public async Task A_change_before_the_last_record_is_never_taken_for_an_end()
    {
        await WriteAsync("one", "two", "three");
        var whole = await File.ReadAllBytesAsync(LogFile, Stop);
        var three = whole.AsSpan().IndexOf("three"u8);
        for (var at = 0; at < three - 16; at++)
        {
            var changed = (byte[])whole.Clone();
            changed[at] ^= 0x10;
            await File.WriteAllBytesAsync(LogFile, changed, Stop);
            await Assert.ThrowsAsync<CheckpointDamagedException>(() => ReadAsync());
        }
    }

    [Theory]
    [InlineData(nameof(FileStep.Flush))]
    [InlineData(nameof(FileStep.Confirm))]
    public async Task An_owner_that_is_overtaken_within_an_addition_is_told(string step)
    {
        var overtakenAt = Enum.Parse<FileStep>(step);
        ICheckpointLease? next = null;
        var isArmed = false;
        await using var old = await _folder.Store(isWithoutLock: true, at: OvertakeAsync).TryAcquireAsync("old", Stop);
        await old!.Log!.CreateAsync("log-1", Stop);
        await old.WriteHeadAsync("log-1"u8.ToArray(), Stop);
        isArmed = true;
        await Assert.ThrowsAsync<LeaseLostException>(() => old.Log.AppendAsync("late"u8.ToArray(), Stop));
        Assert.True(old.Lost.IsCancellationRequested);
        await Assert.ThrowsAsync<LeaseLostException>(() => old.Log.AppendAsync("later"u8.ToArray(), Stop));
        await next!.DisposeAsync();

        async Task OvertakeAsync(FileStep at, string path)
        {
            if (isArmed && next is null && at == overtakenAt) next = await _folder.Store(isWithoutLock: true).TryAcquireAsync("next", Stop);
        }
    }

    [Fact]
    public async Task After_an_addition_that_failed_another_log_is_needed()
    {
        var fails = false;
        await using var lease = await _folder.Store(at: (step, _) => fails && step == FileStep.Flush ? throw new IOException("No space left on device") : Task.CompletedTask).TryAcquireAsync("a", Stop);
        await lease!.Log!.CreateAsync("log-1", Stop);
        await lease.Log.AppendAsync("one"u8.ToArray(), Stop);
        fails = true;
        Assert.Contains("No space left", (await Assert.ThrowsAsync<IOException>(() => lease.Log.AppendAsync("two"u8.ToArray(), Stop))).Message, StringComparison.Ordinal);
        fails = false;
        await Assert.ThrowsAsync<InvalidOperationException>(() => lease.Log.AppendAsync("two"u8.ToArray(), Stop));
        await lease.Log.CreateAsync("log-2", Stop);
        await lease.Log.AppendAsync("two"u8.ToArray(), Stop);
        Assert.Equal(["two"], (await lease.Log.ReadAsync("log-2", Stop)).Select(record => Encoding.UTF8.GetString(record.Span)));
    }

    [Fact]
    public async Task It_goes_with_the_parts_that_no_head_names()
    {
        await WriteAsync("one");
        await using var lease = await _folder.Store().TryAcquireAsync("b", Stop);
        await lease!.RemovePartsExceptAsync(new HashSet<string> { "log-1" }, Stop);
        Assert.Single(await lease.Log!.ReadAsync("log-1", Stop));
        await lease.RemovePartsExceptAsync(new HashSet<string>(), Stop);
        await Assert.ThrowsAsync<CheckpointDamagedException>(() => lease.Log.ReadAsync("log-1", Stop));
    }

    private async Task WriteAsync(params string[] records)
    {
        await using var lease = await _folder.Store().TryAcquireAsync("a", Stop);
        await lease!.Log!.CreateAsync("log-1", Stop);
        foreach (var record in records) await lease.Log.AppendAsync(Encoding.UTF8.GetBytes(record), Stop);
    }

    private async Task<List<string>> ReadAsync()
    {
        await using var lease = await _folder.Store().TryAcquireAsync("b", Stop);
        return [.. (await lease!.Log!.ReadAsync("log-1", Stop)).Select(record => Encoding.UTF8.GetString(record.Span))];
    }
}
